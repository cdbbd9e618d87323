import { CSPProvider } from '@base-ui/react/csp-provider'
import { type ReactNode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Accent } from './accent-style.tsx'
import { Badge } from './badge.tsx'
import { Bars } from './bars.tsx'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'
import { Empty } from './empty.tsx'
import { Choice, Field, FieldGroup, Input, Textarea } from './field.tsx'
import { BanIcon, CheckIcon, ClockIcon, MoreIcon, PlusIcon } from './icons.tsx'
import { Menu } from './menu.tsx'
import { Moment } from './moment.tsx'
import { Notice } from './notice.tsx'
import { RevealOnce } from './reveal-once.tsx'
import { Select } from './select.tsx'
import { SkeletonRows } from './skeleton.tsx'
import { Spark } from './spark.tsx'
import { Cell, Head, Row, RowHead, Table } from './table.tsx'
import { Count, Tab, Tabs, tabStyle } from './tabs.tsx'
import { Toasts, tellDone, tellFailed } from './toast.tsx'
import { Hints } from './tooltip.tsx'

/** Every part on one page, for whoever changes one: `npm run dev`, then /samples.html. It is in no build. */
function Samples() {
  const [open, setOpen] = useState<'dialog' | 'secret' | null>(null)
  const [accent, setAccent] = useState('#3b5bdb')
  const close = () => setOpen(null)
  return (
    <CSPProvider disableStyleElements>
      <Accent hex={accent} />
      <main className="mx-auto grid max-w-4xl gap-10 px-4 py-10">
        <header className="flex items-center justify-between">
          <h1 className="font-semibold text-xl">Samples</h1>
          <input type="color" aria-label="Accent" value={accent} onChange={(event) => setAccent(event.target.value)} />
        </header>
        <Part name="Button">
          <Button look="primary">
            <PlusIcon />
            Primary
          </Button>
          <Button>Secondary</Button>
          <Button look="quiet">Quiet</Button>
          <Button look="danger">Danger</Button>
          <Button busy>Busy</Button>
          <Button blocked="Five of five keys are made.">Blocked</Button>
          <CopyButton text="copied" label="Copy sample" />
        </Part>
        <Part name="Field and select">
          <div className="grid w-full gap-4 sm:grid-cols-2">
            <Field label="Name" hint="For example ci-runner">
              {(control) => <Input {...control} />}
            </Field>
            <Field label="Wrong" error="Choose a moment in the future.">
              {(control) => <Input {...control} defaultValue="1999" />}
            </Field>
            <Field label="Description" optional>
              {(control) => <Textarea {...control} />}
            </Field>
            <Field label="Environment">
              {(control) => (
                <Select
                  {...control}
                  options={[{ value: 'p', label: 'Production' }]}
                  onChoose={() => {}}
                  className="w-full"
                />
              )}
            </Field>
            <FieldGroup legend="Level">
              <Choice type="radio" name="level" label="Read only" description="See everything" defaultChecked />
              <Choice type="radio" name="level" label="Full" description="Everything" />
            </FieldGroup>
          </div>
        </Part>
        <Part name="Menu, dialog, toast, reveal once">
          <Menu
            label="Actions"
            size="icon"
            entries={[
              { label: 'Edit', onChoose: () => {} },
              { label: 'Revoke', onChoose: () => {}, danger: true, apart: true },
              { label: 'Delete', onChoose: () => {}, danger: true, blocked: 'It must be revoked first.' },
            ]}
          >
            <MoreIcon />
          </Menu>
          <Button onClick={() => setOpen('dialog')}>Dialog</Button>
          <Button onClick={() => setOpen('secret')}>Reveal once</Button>
          <Button onClick={() => tellDone('Revoked everywhere, 14:03:07, 3 verifiers', 'ci-runner')}>Toast</Button>
          <Button onClick={() => tellFailed('Not revoked', 'The server cannot be reached.')}>Failure</Button>
        </Part>
        <Part name="Badge">
          <Badge tone="ok" icon={<CheckIcon className="size-3.5" />}>
            Active
          </Badge>
          <Badge tone="warn" icon={<ClockIcon className="size-3.5" />}>
            in 5 days
          </Badge>
          <Badge tone="danger" icon={<BanIcon className="size-3.5" />}>
            Revoked
          </Badge>
          <Badge>Expired</Badge>
        </Part>
        <Part name="Tabs and table">
          <div className="grid w-full gap-4">
            <Tabs label="Status">
              <Tab>
                <a href="#active" aria-current="page" className={tabStyle}>
                  Active <Count>{8}</Count>
                </a>
              </Tab>
              <Tab>
                <a href="#revoked" className={tabStyle}>
                  Revoked <Count>{1}</Count>
                </a>
              </Tab>
            </Tabs>
            <Table
              label="Sample"
              head={
                <>
                  <Head sorted="ascending" onSort={() => {}}>
                    Name
                  </Head>
                  <Head>Last used</Head>
                  <Head>7 days</Head>
                </>
              }
            >
              <Row>
                <RowHead>ci-runner</RowHead>
                <Cell label="Last used">
                  <Moment at={new Date(Date.now() - 7_200_000).toISOString()} />
                </Cell>
                <Cell label="7 days">
                  <Spark values={[3, 8, 2, 0, 9, 4, 6]} label="32 requests" />
                </Cell>
              </Row>
            </Table>
            <Bars
              label="Requests"
              bars={[4, 9, 2, 7].map((value) => ({
                start: `${value}:00`,
                label: `${value} accepted`,
                parts: [
                  { value, tone: 'accent' },
                  { value: value / 3, tone: 'danger' },
                ],
              }))}
            />
          </div>
        </Part>
        <Part name="Notice, empty, loading">
          <div className="grid w-full gap-4">
            <Notice title="To know">Plain information.</Notice>
            <Notice tone="warn" title="This key is in use" actions={<Button>Finish now</Button>}>
              It was accepted within the last 24 hours.
            </Notice>
            <Notice tone="danger" title="This could not be loaded">
              The server cannot be reached.
            </Notice>
            <Empty title="No API keys yet" action={<Button look="primary">Create API key</Button>}>
              Each system gets one of its own.
            </Empty>
            <SkeletonRows label="Loading" rows={3} />
          </div>
        </Part>
      </main>
      {open === 'dialog' && (
        <Dialog
          title="Revoke: ci-runner"
          about="It cannot be undone."
          onClose={close}
          actions={
            <>
              <Button onClick={close}>Cancel</Button>
              <Button look="danger" onClick={close}>
                Revoke
              </Button>
            </>
          }
        />
      )}
      {open === 'secret' && (
        <RevealOnce
          title="Your new secret"
          name="ci-runner"
          secret="acme_live_SampleSampleSampleSampleSampleSampleSample0"
          warning="Copy it now. It is shown this once and never again."
          onLeave={() => {}}
          action={
            <Button look="primary" onClick={close}>
              I have saved it
            </Button>
          }
        />
      )}
      <Hints />
      <Toasts />
    </CSPProvider>
  )
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section aria-label={name} className="grid gap-3">
      <h2 className="border-line border-b pb-1 font-medium text-dim">{name}</h2>
      <div className="flex flex-wrap items-start gap-3">{children}</div>
    </section>
  )
}

const place = document.getElementById('root')
if (place) createRoot(place).render(<Samples />)
