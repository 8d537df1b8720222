import { expect, test } from 'vitest'
import { methods } from '../../../shared/contract'
import { staleAfter } from '../../console/staleness'
import { openApi, paramsSchema } from './openApi'
import { problemStatus } from './problemStatus'
import { apiRoutes, routeAt } from './routes'

test('every method has a path of its own', () => {
  expect(new Set(apiRoutes.map(({ path }) => path)).size).toBe(Object.keys(methods).length)
  expect(routeAt('/api/v1/topic/list')).toMatchObject({ method: 'topic.list', isReadOnly: true })
  expect(routeAt('/api/v1/topic/list/')).toBeUndefined()
})

test('what GET may ask changes nothing', () => {
  const changing = apiRoutes.filter(
    ({ method, isReadOnly }) => isReadOnly && staleAfter(method).length > 0
  )
  expect(changing).toEqual([])
  for (const method of ['fault.clearAll', 'snapshot.cancel', 'address.apply', 'address.test'])
    expect([method, apiRoutes.find((route) => route.method === method)?.isReadOnly]).toEqual([
      method,
      false
    ])
})

test('parameters are described with what may be left out', () => {
  const schema = paramsSchema(routeAt('/api/v1/topic/save')!)
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false })
  expect(schema.required).toEqual(['topic', 'readQueueNums', 'writeQueueNums', 'perm'])
  expect(schema).not.toHaveProperty('$schema')
})

test('without what the build makes, answers may be anything', () => {
  const { paths } = openApi('1', 'http://x', { results: {}, definitions: {} })
  expect(paths).toHaveProperty(['/api/v1/topic/list', 'post', 'responses', '200'])
})

test.each([
  ['INVALID_INPUT', 400],
  ['SNAPSHOT_NOT_FOUND', 404],
  ['CLUSTER_NAME_TAKEN', 409],
  ['SYSTEM_TOPIC', 422],
  ['BROKER_UNREACHABLE', 502],
  ['SYSTEM_BUSY', 503],
  ['TIMEOUT', 504],
  ['INTERNAL', 500]
])('%s is %d', (code, status) => {
  expect(problemStatus({ code })).toBe(status)
})
