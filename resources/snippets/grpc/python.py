# pip install rocketmq-python-client
from rocketmq import (ClientConfiguration, Credentials, FilterExpression,
                      Message, Producer, SimpleConsumer)

# Plaintext; tls_enable=True of producer and consumer asks for TLS and a trusted certificate.
client = ClientConfiguration("{{endpoint}}", Credentials())

producer = Producer(client, ("{{topic}}",))
producer.startup()
message = Message()
message.topic = "{{topic}}"
message.tag = "TagA"
message.body = "Hello".encode("utf-8")
print("sent", producer.send(message).message_id)
producer.shutdown()

consumer = SimpleConsumer(client, "{{group}}", {"{{topic}}": FilterExpression()})
consumer.startup()
for message in consumer.receive(16, 15) or []:
    print("received", message.body.decode("utf-8"))
    consumer.ack(message)
consumer.shutdown()
