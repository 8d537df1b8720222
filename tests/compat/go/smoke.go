// The official Go client over TLS, its default: each type of message, a simple consumer, a push consumer that fails once.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"strings"
	"sync"
	"time"

	rmq "github.com/apache/rocketmq-clients/golang/v5"
	"github.com/apache/rocketmq-clients/golang/v5/credentials"
)

const (
	topic = "{{topic}}"
	group = "{{group}}"
	count = 13
)

var lock sync.Mutex

type row map[string]any

func say(line row) {
	lock.Lock()
	defer lock.Unlock()
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func textOf(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}

func configOf(group string) *rmq.Config {
	return &rmq.Config{Endpoint: "{{endpoint}}", ConsumerGroup: group, Credentials: &credentials.SessionCredentials{}}
}

func main() {
	ctx := context.Background()
	due := time.Now().Add(2 * time.Second)
	all := map[string]*rmq.FilterExpression{topic: rmq.SUB_ALL}

	producer, err := rmq.NewProducer(configOf(group), rmq.WithTopics(topic))
	check(err)
	check(producer.Start())
	var messages []*rmq.Message
	for i := 0; i < 10; i++ {
		message := &rmq.Message{Topic: topic, Body: []byte(fmt.Sprintf("message %d", i))}
		message.SetTag("TagA")
		message.SetKeys("k1", "k2")
		message.AddProperty("colour", "红色")
		messages = append(messages, message)
	}
	for i := 0; i < 2; i++ {
		message := &rmq.Message{Topic: topic, Body: []byte(fmt.Sprintf("fifo %d", i))}
		message.SetMessageGroup("g")
		messages = append(messages, message)
	}
	delayed := &rmq.Message{Topic: topic, Body: []byte("delayed")}
	delayed.SetDelayTimestamp(due)
	for _, message := range append(messages, delayed) {
		receipts, err := producer.Send(ctx, message)
		check(err)
		say(row{"event": "sent", "body": string(message.Body), "id": receipts[0].MessageID})
	}
	check(producer.GracefulStop())

	consumer, err := rmq.NewSimpleConsumer(configOf(group), rmq.WithSimpleAwaitDuration(5*time.Second),
		rmq.WithSimpleSubscriptionExpressions(all))
	check(err)
	check(consumer.Start())
	end := time.Now().Add(time.Minute)
	for came := 0; came < count && time.Now().Before(end); {
		// An empty answer is an error to this client.
		received, _ := consumer.Receive(ctx, 16, 15*time.Second)
		for _, message := range received {
			came++
			say(row{"event": "received", "body": string(message.GetBody()), "id": message.GetMessageId(),
				"tag": textOf(message.GetTag()), "keys": strings.Join(message.GetKeys(), " "),
				"colour": message.GetProperties()["colour"], "group": textOf(message.GetMessageGroup()),
				"attempt": message.GetDeliveryAttempt(), "at": time.Now().UnixMilli(), "due": due.UnixMilli()})
			check(consumer.Ack(ctx, message))
		}
	}
	check(consumer.GracefulStop())

	done := make(chan struct{})
	attempts := 0
	push, err := rmq.NewPushConsumer(configOf(group+"_push"), rmq.WithPushAwaitDuration(5*time.Second),
		rmq.WithPushSubscriptionExpressions(all),
		rmq.WithPushMessageListener(&rmq.FuncMessageListener{
			Consume: func(message *rmq.MessageView) rmq.ConsumerResult {
				say(row{"event": "pushed", "body": string(message.GetBody()), "attempt": message.GetDeliveryAttempt()})
				if string(message.GetBody()) == "message 3" {
					attempts++
					if attempts == 1 {
						return rmq.FAILURE
					}
					close(done)
				}
				return rmq.SUCCESS
			},
		}))
	check(err)
	check(push.Start())
	select {
	case <-done:
	case <-time.After(time.Minute):
	}
	check(push.GracefulStop())
}
