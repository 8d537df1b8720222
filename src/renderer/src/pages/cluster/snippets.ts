/** Five lines that connect a stock client; shown to be copied, so they must run as they stand. */

export type SnippetLanguage = 'node' | 'java'

export const snippetLanguages: readonly { name: SnippetLanguage; label: string }[] = [
  { name: 'node', label: 'Node (ali-ons)' },
  { name: 'java', label: 'Java (rocketmq-client)' }
]

/** `namesrvAddr`: one or more addresses, separated by semicolons. */
export const snippet = (language: SnippetLanguage, namesrvAddr: string): string => {
  const first = namesrvAddr.split(';')[0] ?? ''
  return language === 'node'
    ? `import { Message, Producer } from 'ali-ons'
const producer = new Producer({ nameSrv: '${first}', producerGroup: 'GID_demo', httpclient: {} })
await producer.ready()
const { msgId } = await producer.send(new Message('Demo', 'TagA', 'Hello'))
console.log(msgId)`
    : `DefaultMQProducer producer = new DefaultMQProducer("GID_demo");
producer.setNamesrvAddr("${namesrvAddr}");
producer.start();
SendResult result = producer.send(new Message("Demo", "TagA", "Hello".getBytes()));
System.out.println(result.getMsgId());`
}
