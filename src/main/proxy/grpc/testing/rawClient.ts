/** gRPC by hand over node:http2, so that tests say which bytes go when. */
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2'
import type { Codec } from '../../v2/codec'
import { SERVICE_PATH } from '../../v2/methods'
import { frameOf, MessageReader } from '../messageReader'

/** As large as those of the official clients become. */
const STREAM_WINDOW_BYTES = 1024 * 1024
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024

export interface Answer {
  headers: IncomingHttpHeaders
  trailers: IncomingHttpHeaders
  messages: Buffer[]
  /** HTTP/2 error code of the stream's end. */
  rstCode: number
}

export const requestHeaders = (method: string): OutgoingHttpHeaders => ({
  ':method': 'POST',
  ':path': method.startsWith('/') ? method : SERVICE_PATH + method,
  'content-type': 'application/grpc',
  te: 'trailers',
  'x-mq-client-id': 'client-1'
})

export class RawCall {
  readonly answer: Promise<Answer>
  readonly messages: Buffer[] = []
  headers: IncomingHttpHeaders | undefined
  private waiting: (() => void)[] = []

  constructor(readonly stream: ClientHttp2Stream) {
    const reader = new MessageReader()
    let trailers: IncomingHttpHeaders = {}
    stream.on('response', (headers) => {
      this.headers = headers
      this.changed()
    })
    stream.on('trailers', (headers: IncomingHttpHeaders) => (trailers = headers))
    stream.on('data', (chunk: Buffer) => {
      // Other answers have text for people.
      if (Number(this.headers?.[':status']) !== 200) return
      reader.push(chunk, (message) => {
        this.messages.push(Buffer.from(message))
        this.changed()
      })
    })
    stream.on('error', () => undefined)
    this.answer = new Promise((resolve) =>
      stream.on('close', () =>
        resolve({
          headers: this.headers ?? {},
          trailers,
          messages: this.messages,
          rstCode: stream.rstCode
        })
      )
    )
  }

  send(message: Uint8Array): void {
    this.stream.write(frameOf(message))
  }

  /** Until so many messages have come. */
  async received(count: number): Promise<Buffer[]> {
    while (this.messages.length < count) await this.change()
    return this.messages
  }

  async responded(): Promise<IncomingHttpHeaders> {
    while (!this.headers) await this.change()
    return this.headers
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  private changed(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}

export class RawClient {
  readonly session: ClientHttp2Session

  constructor(url: string, options: Parameters<typeof connect>[1] = {}) {
    this.session = connect(url, {
      settings: { initialWindowSize: STREAM_WINDOW_BYTES },
      ...options
    })
    this.session.on('error', () => undefined)
    this.session.on('connect', () => this.session.setLocalWindowSize(CONNECTION_WINDOW_BYTES))
  }

  open(method: string, headers: OutgoingHttpHeaders = {}): RawCall {
    return new RawCall(this.session.request({ ...requestHeaders(method), ...headers }))
  }

  /** One message, and the whole answer. */
  call(method: string, message: Uint8Array, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    const call = this.open(method, headers)
    call.stream.end(frameOf(message))
    return call.answer
  }

  async ask<Req, Res>(
    method: string,
    codecs: { request: Codec<Req>; response: Codec<Res> },
    request: Req,
    headers: OutgoingHttpHeaders = {}
  ): Promise<Res> {
    const {
      messages,
      trailers,
      headers: first
    } = await this.call(method, codecs.request.encode(request), headers)
    const [message] = messages
    if (!message) throw new Error(`no answer: ${JSON.stringify({ ...first, ...trailers })}`)
    return codecs.response.decode(message)
  }

  close(): void {
    this.session.destroy()
  }
}
