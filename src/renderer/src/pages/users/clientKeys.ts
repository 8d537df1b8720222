/** What gives a client its keys, by kind of client. */

/** One literal of Java, JavaScript or YAML, whatever it says. */
const quoted = (text: string): string => JSON.stringify(text)

const SECRET = 'THE_PASSWORD'

export const clientKeys = {
  remoting: (username: string) => `RPCHook keys = new AclClientRPCHook(
    new SessionCredentials(${quoted(username)}, "${SECRET}"));
var producer = new DefaultMQProducer("group", keys);
var consumer = new DefaultMQPushConsumer("group", keys);`,
  grpc: (username: string) => `var configuration = ClientConfiguration.newBuilder()
    .setEndpoints("127.0.0.1:8081")
    .setCredentialProvider(new StaticSessionCredentialsProvider(
        ${quoted(username)}, "${SECRET}"))
    .build();`,
  node: (username: string) => `// rocketmq-client-nodejs
new Producer({ endpoints, sessionCredentials:
  { accessKey: ${quoted(username)}, accessSecret: '${SECRET}' } })
// ali-ons
new Producer({ nameSrv, httpclient, producerGroup,
  accessKeyId: ${quoted(username)}, accessKeySecret: '${SECRET}' })`,
  mqadmin: (username: string) => `# conf/tools.yml
accessKey: ${quoted(username)}
secretKey: "${SECRET}"`
} as const

export type KeyedClient = keyof typeof clientKeys

/** As they are called in every language. */
export const keyedClients: Readonly<Record<KeyedClient, string>> = {
  remoting: 'Java 4.x/5.x',
  grpc: 'Java gRPC',
  node: 'Node.js',
  mqadmin: 'mqadmin'
}
