/** CONTROLLER_… (1001–1006, 1012, 1013) and what administrators ask (1009–1011). Java: ControllerRequestProcessor. */
import {
  brokerReplicasInfoBody,
  readBrokerNames,
  readSyncStateSet
} from '../../protocol/bodies/controller'
import { readJsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import type { HeaderDefinition } from '../../protocol/header'
import { NoHeader } from '../../protocol/headers/admin'
import {
  AlterSyncStateSetRequestHeader,
  AlterSyncStateSetResponseHeader,
  ApplyBrokerIdRequestHeader,
  ApplyBrokerIdResponseHeader,
  CleanControllerBrokerDataRequestHeader,
  ElectMasterRequestHeader,
  ElectMasterResponseHeader,
  GetMetaDataResponseHeader,
  GetNextBrokerIdRequestHeader,
  GetNextBrokerIdResponseHeader,
  GetReplicaInfoRequestHeader,
  GetReplicaInfoResponseHeader,
  RegisterBrokerToControllerRequestHeader,
  RegisterBrokerToControllerResponseHeader
} from '../../protocol/headers/controller'
import { RemotingError, success, type Reply } from '../../protocol/remotingCommand'
import type { RemotingConnection } from '../../remoting/connection'
import { reply, replyBody, route, type Route } from '../../remoting/route'
import type { Controller } from '../controller/controller'
import type { ControllerResult } from '../controller/controllerResult'
import type { NamesrvConfigManager } from '../namesrvConfig'

interface Deps<K extends keyof Controller> {
  controller: Pick<Controller, K>
}

/** A refusal has no header, but for the master that stays. */
const answer = <H>(definition: HeaderDefinition<H>, result: ControllerResult<H>): Reply => {
  const { code, remark, response, body } = result
  return {
    code,
    ...(remark !== undefined && { remark }),
    ...(response !== undefined && { extFields: definition.encode(response) }),
    ...(body && { body })
  }
}

export const alterSyncStateSet = ({ controller }: Deps<'alterSyncStateSet'>): Route =>
  route(
    RequestCode.CONTROLLER_ALTER_SYNC_STATE_SET,
    AlterSyncStateSetRequestHeader,
    async ({ header, body }) => {
      const asked = readSyncStateSet(readJsonBody(body, 'CONTROLLER_ALTER_SYNC_STATE_SET'))
      const result = await controller.alterSyncStateSet(header, asked)
      return answer(AlterSyncStateSetResponseHeader, result)
    }
  )

export const electMaster = ({ controller }: Deps<'electMaster'>): Route =>
  route(RequestCode.CONTROLLER_ELECT_MASTER, ElectMasterRequestHeader, async ({ header }) =>
    answer(ElectMasterResponseHeader, await controller.electMaster(header))
  )

export const registerBrokerToController = ({ controller }: Deps<'registerBroker'>): Route =>
  route(
    RequestCode.CONTROLLER_REGISTER_BROKER,
    RegisterBrokerToControllerRequestHeader,
    async ({ header }) =>
      answer(RegisterBrokerToControllerResponseHeader, await controller.registerBroker(header))
  )

export const getReplicaInfo = ({ controller }: Deps<'getReplicaInfo'>): Route =>
  route(
    RequestCode.CONTROLLER_GET_REPLICA_INFO,
    GetReplicaInfoRequestHeader,
    ({ header: { brokerName } }) =>
      answer(GetReplicaInfoResponseHeader, controller.getReplicaInfo(brokerName))
  )

/** Java: the group and self id of DLedger, which is not here. */
const CONTROLLER_GROUP = 'gantry'
const CONTROLLER_ID = 'n0'

/** It is its own leader, at the address the asking side found it at. */
export const getControllerMetadata = ({
  addressFor
}: {
  addressFor: (connection: Pick<RemotingConnection, 'localAddress'>) => string
}): Route =>
  route(RequestCode.CONTROLLER_GET_METADATA_INFO, NoHeader, ({ connection }) => {
    const address = addressFor(connection)
    return reply(GetMetaDataResponseHeader, {
      group: CONTROLLER_GROUP,
      controllerLeaderId: CONTROLLER_ID,
      controllerLeaderAddress: address,
      isLeader: true,
      peers: `${CONTROLLER_ID}:${address};`
    })
  })

export const getSyncStateData = ({ controller }: Deps<'getSyncStateData'>): Route =>
  route(RequestCode.CONTROLLER_GET_SYNC_STATE_DATA, NoHeader, ({ body }) => {
    const brokerNames = readBrokerNames(body)
    if (!brokerNames)
      throw new RemotingError(
        ResponseCode.SYSTEM_ERROR,
        'CONTROLLER_GET_SYNC_STATE_DATA: the body must be a JSON list of broker names'
      )
    return replyBody(brokerReplicasInfoBody(controller.getSyncStateData(brokerNames)))
  })

export const cleanBrokerData = ({ controller }: Deps<'cleanBrokerData'>): Route =>
  route(
    RequestCode.CLEAN_BROKER_DATA,
    CleanControllerBrokerDataRequestHeader,
    async ({ header }) => {
      const { code, remark } = await controller.cleanBrokerData(header)
      return remark === undefined ? success : { code, remark }
    }
  )

/** A nameserver and its controller have one configuration, as they have one file in RocketMQ. */
export const updateControllerConfig = ({
  configManager
}: {
  configManager: Pick<NamesrvConfigManager, 'update'>
}): Route =>
  route(RequestCode.UPDATE_CONTROLLER_CONFIG, NoHeader, async ({ body }) => {
    await configManager.update(body.toString('utf8'))
    return success
  })

export const getControllerConfig = ({
  configManager
}: {
  configManager: Pick<NamesrvConfigManager, 'text'>
}): Route =>
  route(RequestCode.GET_CONTROLLER_CONFIG, NoHeader, () =>
    replyBody(Buffer.from(configManager.text()))
  )

export const getNextBrokerId = ({ controller }: Deps<'getNextBrokerId'>): Route =>
  route(RequestCode.CONTROLLER_GET_NEXT_BROKER_ID, GetNextBrokerIdRequestHeader, ({ header }) =>
    answer(GetNextBrokerIdResponseHeader, controller.getNextBrokerId(header))
  )

export const applyBrokerId = ({ controller }: Deps<'applyBrokerId'>): Route =>
  route(RequestCode.CONTROLLER_APPLY_BROKER_ID, ApplyBrokerIdRequestHeader, async ({ header }) =>
    answer(ApplyBrokerIdResponseHeader, await controller.applyBrokerId(header))
  )
