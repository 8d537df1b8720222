/** The calls of `apache.rocketmq.v2.MessagingService` that the proxy answers. */
import type { DuplexCall, GrpcCall } from '../grpc/call'
import { codec, type Codec } from './codec'
import type {
  AckMessageRequest,
  AckMessageResponse,
  ChangeInvisibleDurationRequest,
  ChangeInvisibleDurationResponse,
  EndTransactionRequest,
  ForwardMessageToDeadLetterQueueRequest,
  HeartbeatRequest,
  NotifyClientTerminationRequest,
  QueryAssignmentRequest,
  QueryAssignmentResponse,
  QueryRouteRequest,
  QueryRouteResponse,
  RecallMessageRequest,
  RecallMessageResponse,
  ReceiveMessageRequest,
  ReceiveMessageResponse,
  SendMessageRequest,
  SendMessageResponse,
  StatusResponse,
  TelemetryCommand
} from './messages'

/** HTTP/2 path of a method is this and its name. */
export const SERVICE_PATH = '/apache.rocketmq.v2.MessagingService/'

/** A caller that said who it is. */
export interface ClientCall extends GrpcCall {
  /** Header `x-mq-client-id`, never blank. */
  readonly clientId: string
}

/** @throws StatusError for what the answer's status tells; everything else becomes INTERNAL_SERVER_ERROR. */
export type Unary<Req, Res> = (request: Req, call: ClientCall) => Promise<Res>

/** Writes resolve when there is room for the next; false: the caller is gone. */
export type ServerStream<Req, Res> = (
  request: Req,
  call: ClientCall,
  write: (message: Res) => Promise<boolean>
) => Promise<void>

export interface MessagingService {
  QueryRoute: Unary<QueryRouteRequest, QueryRouteResponse>
  Heartbeat: Unary<HeartbeatRequest, StatusResponse>
  SendMessage: Unary<SendMessageRequest, SendMessageResponse>
  QueryAssignment: Unary<QueryAssignmentRequest, QueryAssignmentResponse>
  ReceiveMessage: ServerStream<ReceiveMessageRequest, ReceiveMessageResponse>
  AckMessage: Unary<AckMessageRequest, AckMessageResponse>
  ForwardMessageToDeadLetterQueue: Unary<ForwardMessageToDeadLetterQueueRequest, StatusResponse>
  EndTransaction: Unary<EndTransactionRequest, StatusResponse>
  NotifyClientTermination: Unary<NotifyClientTerminationRequest, StatusResponse>
  ChangeInvisibleDuration: Unary<ChangeInvisibleDurationRequest, ChangeInvisibleDurationResponse>
  RecallMessage: Unary<RecallMessageRequest, RecallMessageResponse>
  Telemetry: (stream: DuplexCall<TelemetryCommand, TelemetryCommand>, clientId: string) => void
}

interface Codecs<Req, Res> {
  request: Codec<Req>
  response: Codec<Res>
}

const pair = <Req extends object, Res extends object>(name: string): Codecs<Req, Res> => ({
  request: codec<Req>(`${name}Request`),
  response: codec<Res>(`${name}Response`)
})

type UnaryName = Exclude<keyof MessagingService, 'ReceiveMessage' | 'Telemetry'>

/** Messages of the calls with one request and one answer. */
export const unaryCodecs: {
  readonly [N in UnaryName]: MessagingService[N] extends Unary<infer Req, infer Res>
    ? Codecs<Req, Res>
    : never
} = {
  QueryRoute: pair('QueryRoute'),
  Heartbeat: pair('Heartbeat'),
  SendMessage: pair('SendMessage'),
  QueryAssignment: pair('QueryAssignment'),
  AckMessage: pair('AckMessage'),
  ForwardMessageToDeadLetterQueue: pair('ForwardMessageToDeadLetterQueue'),
  EndTransaction: pair('EndTransaction'),
  NotifyClientTermination: pair('NotifyClientTermination'),
  ChangeInvisibleDuration: pair('ChangeInvisibleDuration'),
  RecallMessage: pair('RecallMessage')
}

export const receiveMessageCodecs: Codecs<ReceiveMessageRequest, ReceiveMessageResponse> =
  pair('ReceiveMessage')

export const telemetryCodec: Codec<TelemetryCommand> = codec('TelemetryCommand')
