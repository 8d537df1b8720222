// go get github.com/apache/rocketmq-clients/golang/v5
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	rmq "github.com/apache/rocketmq-clients/golang/v5"
	"github.com/apache/rocketmq-clients/golang/v5/credentials"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	rmq.EnableSsl = false // plaintext; without this line, TLS with any certificate
	ctx := context.Background()
	config := &rmq.Config{
		Endpoint:      "{{endpoint}}",
		ConsumerGroup: "{{group}}",
		Credentials:   &credentials.SessionCredentials{},
	}

	producer, err := rmq.NewProducer(config, rmq.WithTopics("{{topic}}"))
	check(err)
	check(producer.Start())
	message := &rmq.Message{Topic: "{{topic}}", Body: []byte("Hello")}
	message.SetTag("TagA")
	receipts, err := producer.Send(ctx, message)
	check(err)
	fmt.Println("sent", receipts[0].MessageID)
	check(producer.GracefulStop())

	consumer, err := rmq.NewSimpleConsumer(config,
		rmq.WithSimpleAwaitDuration(10*time.Second),
		rmq.WithSimpleSubscriptionExpressions(map[string]*rmq.FilterExpression{
			"{{topic}}": rmq.SUB_ALL,
		}))
	check(err)
	check(consumer.Start())
	messages, err := consumer.Receive(ctx, 16, 15*time.Second)
	check(err)
	for _, message := range messages {
		fmt.Println("received", string(message.GetBody()))
		check(consumer.Ack(ctx, message))
	}
	check(consumer.GracefulStop())
}
