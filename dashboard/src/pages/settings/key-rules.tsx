import { approvers } from '../../forms/granting.ts'
import { Cell, Head, Row, RowHead, Table } from '../../ui/table.tsx'
import { useOrganization } from '../use-organization.ts'

/** How keys are kept, in each environment; the product says so, and nobody changes it here. */
export function KeyRules() {
  const { catalog, productName } = useOrganization()
  const { deleteRequiresRevoke, rotationDays } = catalog.lifecycle
  const hasEnvironments = catalog.environments.length > 0
  return (
    <>
      <p className="text-dim">{`${productName} sets them, the same for every organization.`}</p>
      {hasEnvironments && <Environments />}
      <ul className="list-disc pl-5">
        <li>{`${hasEnvironments ? 'Keys of no environment' : 'Keys'} are ${rotationDays === null ? 'rotated as needed' : `due for rotation after ${rotationDays} days`}.`}</li>
        <li>
          {deleteRequiresRevoke
            ? 'A key is revoked before it can be deleted.'
            : 'A key can be deleted without being revoked first.'}
        </li>
      </ul>
    </>
  )
}

function Environments() {
  const { catalog } = useOrganization()
  return (
    <Table
      label="Environments"
      head={
        <>
          <Head>Environment</Head>
          <Head>Keys begin with</Head>
          <Head>Rotation</Head>
          <Head>New keys</Head>
          <Head>Changes</Head>
        </>
      }
    >
      {catalog.environments.map(({ id, label, tag, rotationDays, approval, production }) => (
        <Row key={id}>
          <RowHead className="font-medium">{label}</RowHead>
          <Cell label="Keys begin with">
            <code className="font-mono">{tag === null ? `${catalog.prefix}_` : `${catalog.prefix}_${tag}_`}</code>
          </Cell>
          <Cell label="Rotation">{rotationDays === null ? 'As needed' : `Due after ${rotationDays} days`}</Cell>
          <Cell label="New keys">
            {approval === 'admin' ? `A developer’s wait for approval by ${approvers()}` : 'Work at once'}
          </Cell>
          <Cell label="Changes">{production ? 'People confirm who they are' : 'No confirmation'}</Cell>
        </Row>
      ))}
    </Table>
  )
}
