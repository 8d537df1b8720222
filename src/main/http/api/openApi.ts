/** The HTTP API described for machines: OpenAPI 3.1, from the contract's own schemas. */
import { z } from 'zod'
import { methods } from '../../../shared/contract'
import { apiRoutes, type ApiRoute } from './routes'

/** Made by the build from the contract's types; without it answers are described as anything. */
export interface ResultSchemas {
  results: Readonly<Record<string, object | null>>
  definitions: Readonly<Record<string, object>>
}

type Schema = Record<string, unknown>

/** What a caller may send: defaults left out. */
export const paramsSchema = ({ method }: ApiRoute): Schema => {
  const schema = z.toJSONSchema(methods[method].params, { io: 'input', unrepresentable: 'any' })
  const { $schema: _dialect, ...rest } = schema
  return rest
}

const problemRef = { $ref: '#/components/responses/Problem' }

const answerOf = ({ method }: ApiRoute, { results }: ResultSchemas): Schema => {
  const schema = results[method]
  if (schema === null) return { 204: { description: 'Done' } }
  return {
    200: {
      description: 'The answer',
      content: { 'application/json': { schema: schema ?? {} } }
    }
  }
}

const operation = (route: ApiRoute, schemas: ResultSchemas, verb: 'get' | 'post'): Schema => ({
  operationId: verb === 'get' ? `${route.method}.get` : route.method,
  summary: route.method,
  tags: [route.method.split('.')[0]],
  ...(route.hasParams && {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: paramsSchema(route) } }
    }
  }),
  responses: { ...answerOf(route, schemas), default: problemRef }
})

const problem: Schema = {
  type: 'object',
  description: 'RFC 9457. `code` says which problem, `params` of what.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    params: {
      type: 'object',
      additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }] }
    }
  },
  required: ['type', 'title', 'status', 'detail', 'code']
}

export const openApi = (version: string, origin: string, schemas: ResultSchemas): Schema => ({
  openapi: '3.1.0',
  info: {
    title: 'Gantry',
    version,
    description: 'What the console can ask for. One route per method; every one takes POST.'
  },
  servers: [{ url: origin }],
  security: [{ token: [] }],
  paths: Object.fromEntries(
    apiRoutes.map((route) => [
      route.path,
      {
        post: operation(route, schemas, 'post'),
        ...(route.isReadOnly && { get: operation(route, schemas, 'get') })
      }
    ])
  ),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: { ...schemas.definitions, ProblemDocument: problem },
    responses: {
      Problem: {
        description: 'Refused or failed',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } }
        }
      }
    }
  }
})
