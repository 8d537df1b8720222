/** Headers every connection knows, by their number from 1 on. RFC 7541, appendix A. */
import { fieldRule, nameRule } from './fieldRules'

const text = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`

export interface Entry {
  name: string
  value: string
  /** What `fieldRule` says of it. */
  rule: number
}

export const staticTable: readonly Entry[] = text.split('\n').map((line) => {
  const space = line.indexOf(' ')
  const name = space < 0 ? line : line.slice(0, space)
  const value = space < 0 ? '' : line.slice(space + 1)
  return { name, value, rule: fieldRule(nameRule(name), name, value) }
})
