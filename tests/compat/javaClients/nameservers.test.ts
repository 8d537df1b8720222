// Official Java clients while nameservers go: three, then one, then none.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { startThreeNameservers, type ThreeNameservers } from '../threeNameservers'
import { clientLines } from './lines'
import { type Member, type Members, startMembers } from './members'

const hindrance = inject('hindrance')

/** Sends and deliveries more. */
const MORE = 300

describe.skipIf(hindrance).each(clientLines)('official Java %s, losing nameservers', (line) => {
  let cluster: ThreeNameservers
  let members: Members
  let member: Member

  beforeAll(async () => {
    cluster = await startThreeNameservers()
    const target = {
      ...{ namesrv: cluster.addresses.join(';'), broker: cluster.master.address },
      ...{ brokerName: cluster.master.name, clusterName: cluster.master.cluster },
      stop: () => Promise.resolve()
    }
    members = await startMembers(line, target, { scenario: 'member' })
    member = await members.join('one', 8)
  })
  afterAll(async () => {
    await members?.stopAll()
    expect(await cluster?.stop()).toBe(0)
  })

  /** A send that fails ends the feeder, and this rejects. */
  const goesOn = async (): Promise<void> => {
    const [sent, consumed] = await Promise.all([
      members.feeder.heard('feeder', () => true),
      member.rows()
    ])
    const [before, had] = [sent.length, consumed.length]
    await members.feeder.heard('feeder', (rows) => rows.length >= before + MORE)
    await member.driver.heard('member', (rows) => rows.length >= had + MORE)
  }

  test('it does not notice that all but one are lost', async () => {
    await cluster.loseAllButOne()
    await goesOn()
  })

  test('it goes on without any, and with all of them again', async () => {
    await cluster.loseTheLast()
    await goesOn()
    await cluster.comeBack()
    await goesOn()
  })
})
