import { expect, test } from 'vitest'
import { sampleRequestFault } from './sample-request.ts'

test.each([
  'curl "{{url}}/v1/keys/self" --header "Authorization: Bearer {{secret}}"',
  'curl https://api.acme.example/v2/records --header X-API-Key:{{secret}}',
  `curl --data '{"ping": 1}' --header "Authorization: Bearer {{secret}}" "{{url}}"`,
  `curl --data "it's \\"here\\"" --header "Authorization: Bearer {{secret}}"`,
  `echo \\'{{secret}}\\'`,
])('a shell fills in the variable of %s', (command) => {
  expect(sampleRequestFault(command)).toBeNull()
})

test.each([
  `curl '{{url}}' --header 'Authorization: Bearer {{secret}}'`,
  `curl --data '{"key": "{{secret}}"}'`,
  `curl "{{secret}}" '{{secret}}'`,
  `curl '\\' --header '{{secret}}'`,
])('a shell would take the variable of %s literally', (command) => {
  expect(sampleRequestFault(command)).toContain('Use double quotes.')
})
