/** One route per method of the contract: `topic.list` is /api/v1/topic/list. */
import { methods, type MethodName } from '../../../shared/contract'

export const API_PREFIX = '/api/v1/'
export const OPEN_API_PATH = `${API_PREFIX}openapi.json`

export interface ApiRoute {
  method: MethodName
  path: string
  /** Asks and changes nothing, without parameters: GET does as well as POST. */
  isReadOnly: boolean
  hasParams: boolean
}

/** Second words of methods that only ask. */
const asking: ReadonlySet<string> = new Set([
  ...['info', 'get', 'view', 'saved', 'clients', 'list', 'history', 'status']
])

/** Only the schema of a method without parameters takes undefined and no object. */
const takesParams = (method: MethodName): boolean =>
  methods[method].params.safeParse({}).success ||
  !methods[method].params.safeParse(undefined).success

export const apiRoutes: readonly ApiRoute[] = (Object.keys(methods) as MethodName[]).map(
  (method) => {
    const hasParams = takesParams(method)
    return {
      method,
      path: API_PREFIX + method.replaceAll('.', '/'),
      isReadOnly: !hasParams && asking.has(method.split('.').at(-1) ?? ''),
      hasParams
    }
  }
)

const byPath = new Map(apiRoutes.map((route) => [route.path, route]))

export const routeAt = (path: string): ApiRoute | undefined => byPath.get(path)
