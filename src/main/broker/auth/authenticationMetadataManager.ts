/** Who may come. Java: AuthenticationMetadataManagerImpl, LocalAuthenticationMetadataProvider. */
import type { Log } from '../../base/log'
import type { BrokerMeta, UserDoc } from '../../meta/brokerMeta'
import type { UserInfo } from '../../protocol/bodies/auth'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { RemotingError } from '../../protocol/remotingCommand'
import { credentialsOf, userOf, type SessionCredentials } from '../../protocol/sessionCredentials'
import { subjectOf } from '../../../shared/aclModel'
import {
  MAX_PASSWORD_LENGTH,
  MAX_USERNAME_LENGTH,
  NEW_USER_PATTERN
} from '../../../shared/aclLimits'
import type { BrokerConfig } from '../brokerConfig'

interface Deps {
  log: Log
  meta: Pick<BrokerMeta, 'users' | 'acls'>
  /** Of the cluster's own nodes and its console: may do everything, and stands in no list. */
  inner: SessionCredentials | undefined
}

const refuse = (remark: string): never => {
  throw new RemotingError(ResponseCode.NO_PERMISSION, remark)
}

export class AuthenticationMetadataManager {
  private readonly inner: UserDoc | undefined

  constructor(private readonly deps: Deps) {
    const { inner } = deps
    this.inner = inner && {
      username: inner.accessKey,
      password: inner.secretKey,
      userType: 'Super',
      userStatus: 'enable'
    }
  }

  get(username: string): UserDoc | undefined {
    return username === this.inner?.username ? this.inner : this.deps.meta.users.get(username)
  }

  /** Those whose name has the filter in it, by name. */
  list(filter = ''): UserDoc[] {
    return this.deps.meta.users
      .all()
      .map(([, user]) => user)
      .filter(({ username }) => username.includes(filter))
      .sort((a, b) => (a.username < b.username ? -1 : 1))
  }

  isSuper(username: string): boolean {
    return this.get(username)?.userType === 'Super'
  }

  /** Those its properties name, where they are not there yet. Java: initUser. */
  async init(
    config: Pick<BrokerConfig, 'initAuthenticationUser' | 'innerClientAuthenticationCredentials'>
  ): Promise<void> {
    const user = userOf(config.initAuthenticationUser)
    const credentials = credentialsOf(config.innerClientAuthenticationCredentials)
    const wanted: UserInfo[] = [
      ...(user ? [user] : []),
      ...(credentials ? [{ username: credentials.accessKey, password: credentials.secretKey }] : [])
    ]
    for (const info of wanted)
      if (!this.get(info.username)) {
        await this.create({ ...info, userType: 'Super' })
        this.deps.log.info(`created the super user ${info.username}`)
      }
  }

  /** @throws RemotingError NO_PERMISSION, as RocketMQ says what is wrong with a user. */
  async create({ username, password, userType, userStatus }: UserInfo): Promise<void> {
    if (username.trim() === '') refuse('username can not be blank')
    if (!NEW_USER_PATTERN.test(username) || username.length > MAX_USERNAME_LENGTH)
      refuse(
        `username must be 1 to ${MAX_USERNAME_LENGTH} characters, without blanks, commas and /`
      )
    if (this.get(username)) refuse('The user is existed')
    const user: UserDoc = {
      username,
      password: this.checked(password),
      userType: userType ?? 'Normal',
      userStatus: userStatus ?? 'enable'
    }
    await this.deps.meta.users.put(username, user)
  }

  /** What is absent stays. @throws as `create`. */
  async update({ username, password, userType, userStatus }: UserInfo): Promise<void> {
    const old = this.existing(username)
    await this.deps.meta.users.put(username, {
      username,
      password: password === undefined ? old.password : this.checked(password),
      userType: userType ?? old.userType,
      userStatus: userStatus ?? old.userStatus
    })
  }

  /** With the policies about it; one that is not there is fine. */
  async remove(username: string): Promise<void> {
    const { users, acls } = this.deps.meta
    // The policies first: a name that is given again must not find those of the one before.
    if (acls.get(subjectOf(username))) await acls.remove(subjectOf(username))
    if (users.get(username)) await users.remove(username)
  }

  private existing(username: string): UserDoc {
    if (username === this.inner?.username) refuse(`${username} belongs to Gantry itself`)
    return this.deps.meta.users.get(username) ?? refuse('The user is not exist')
  }

  private checked(password = ''): string {
    if (password.trim() === '') refuse('password can not be blank')
    if (password.length > MAX_PASSWORD_LENGTH)
      refuse(`password must be at most ${MAX_PASSWORD_LENGTH} characters`)
    return password
  }
}
