/** What is wrong with a spec, in words for a command line; the window has texts of its own. */
import { specProblems, type ClusterSpec, type SpecProblem } from '../../shared/clusterSpec'
import { ProblemError } from './problem'

type Params = SpecProblem['params']

const texts: Record<SpecProblem['code'], (params: Params) => string> = {
  INVALID_SPEC_NAME: ({ max }) =>
    `a cluster needs a name of at most ${max} characters, without line breaks`,
  NO_NAMESERVER: () => 'at least one nameserver is needed',
  TOO_MANY_NAMESERVERS: ({ limit }) => `at most ${limit} nameservers are possible`,
  NO_BROKER: () => 'at least one broker is needed',
  TOO_MANY_BROKERS: ({ limit }) => `at most ${limit} brokers are possible`,
  INVALID_BROKER_NAME: ({ name, max }) =>
    `"${name}" is no broker name: use a-z A-Z 0-9 _ - % |, at most ${max} of them`,
  INVALID_CLUSTER_NAME: ({ name, max }) =>
    `"${name}" is no cluster name: use a-z A-Z 0-9 _ - % |, at most ${max} of them`,
  INVALID_BROKER_ID: ({ brokerId, max }) =>
    `brokerId ${brokerId}: it is a whole number from 0 to ${max}`,
  BROKER_ID_TAKEN: ({ name, brokerId }) => `there are two brokers ${name} of brokerId ${brokerId}`,
  ROLE_NOT_OF_ID: ({ role, brokerId }) =>
    `brokerId ${brokerId} does not go with ${role}: a master has 0, a slave more`,
  NO_MASTER: ({ name }) => `${name} has no master: one broker of it needs brokerId 0`,
  SET_IN_TWO_CLUSTERS: ({ name }) => `all brokers ${name} must be of one cluster`,
  SET_PROMOTION_DIFFERS: ({ name }) => `promotion must be the same for all brokers ${name}`,
  NODE_ID_TAKEN: ({ id }) => `id ${id} was used before or is no whole number; leave it out`,
  INVALID_PORT: ({ port, max }) => `port ${port}: it is a whole number from 0 to ${max}`
}

export const describeSpecProblem = ({ code, params }: SpecProblem): string => texts[code](params)

export const invalidSpec = (problem: SpecProblem): ProblemError =>
  new ProblemError(
    'INVALID_SPEC',
    { reason: problem.code, node: problem.node ?? '', ...problem.params },
    describeSpecProblem(problem)
  )

/** @throws ProblemError INVALID_SPEC with the first thing wrong. */
export const refuseBadSpec = (spec: ClusterSpec): void => {
  const [problem] = specProblems(spec)
  if (problem) throw invalidSpec(problem)
}
