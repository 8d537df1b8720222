/** Five lines that connect a stock client; shown to be copied, so they must run as they stand. */

export type SnippetLanguage = 'node' | 'java'

export const snippetLanguages: readonly { name: SnippetLanguage; label: string }[] = [
  { name: 'node', label: 'Node (ali-ons)' },
  { name: 'java', label: 'Java (rocketmq-client)' }
]

/** The topic of the snippets. ali-ons gives up on an unknown one before the broker could create it. */
export const SNIPPET_TOPIC = 'Demo'

/** `namesrvAddr`: one or more addresses, separated by semicolons. */
export const snippet = (language: SnippetLanguage, namesrvAddr: string): string => {
  const first = namesrvAddr.split(';')[0] ?? ''
  return language === 'node'
    ? `import { Message, Producer } from 'ali-ons'
const producer = new Producer({ nameSrv: '${first}', producerGroup: 'GID_demo', httpclient: {} })
await producer.ready()
const { msgId } = await producer.send(new Message('${SNIPPET_TOPIC}', 'TagA', 'Hello'))
console.log(msgId)`
    : `DefaultMQProducer producer = new DefaultMQProducer("GID_demo");
producer.setNamesrvAddr("${namesrvAddr}");
producer.start();
SendResult result = producer.send(new Message("${SNIPPET_TOPIC}", "TagA", "Hello".getBytes()));
System.out.println(result.getMsgId());`
}
