"""The official Python client: each type of message, a simple consumer, and a push consumer whose listener fails once."""
import json
import threading
import time

from rocketmq import (ClientConfiguration, ConsumeResult, Credentials, FilterExpression, Message, MessageListener,
                      Producer, PushConsumer, SimpleConsumer)

TOPIC = "{{topic}}"
GROUP = "{{group}}"
COUNT = 13
DUE = int(time.time()) + 2
lock = threading.Lock()


def say(**row):
    with lock:
        print(json.dumps(row), flush=True)


client = ClientConfiguration("{{endpoint}}", Credentials())


def message_of(body):
    message = Message()
    message.topic = TOPIC
    message.body = body.encode("utf-8")
    return message


producer = Producer(client, (TOPIC,))
producer.startup()
messages = []
for i in range(10):
    message = message_of(f"message {i}")
    message.tag = "TagA"
    # Its setter takes one; a blank parts keys everywhere in RocketMQ.
    message.keys = "k1 k2"
    message.add_property("colour", "红色")
    messages.append(message)
for i in range(2):
    message = message_of(f"fifo {i}")
    message.message_group = "g"
    messages.append(message)
message = message_of("delayed")
message.delivery_timestamp = DUE
messages.append(message)
for message in messages:
    receipt = producer.send(message)
    say(event="sent", body=message.body.decode("utf-8"), id=receipt.message_id)
producer.shutdown()

consumer = SimpleConsumer(client, GROUP, {TOPIC: FilterExpression()})
consumer.startup()
came = 0
end = time.time() + 60
while came < COUNT and time.time() < end:
    for message in consumer.receive(16, 15) or []:
        came += 1
        keys = message.keys
        say(event="received", body=message.body.decode("utf-8"), id=message.message_id, tag=message.tag,
            keys=" ".join(sorted(keys)), colour=(message.properties or {}).get("colour"), group=message.message_group,
            attempt=message.delivery_attempt, at=time.time() * 1000, due=DUE * 1000)
        consumer.ack(message)
consumer.shutdown()

done = threading.Event()
attempts = 0


class Listener(MessageListener):
    def consume(self, message):
        global attempts
        body = message.body.decode("utf-8")
        say(event="pushed", body=body, attempt=message.delivery_attempt)
        if body == "message 3":
            attempts += 1
            if attempts == 1:
                return ConsumeResult.FAILURE
            done.set()
        return ConsumeResult.SUCCESS


push = PushConsumer(client, GROUP + "_push", Listener(), {TOPIC: FilterExpression()})
push.startup()
done.wait(60)
push.shutdown()
