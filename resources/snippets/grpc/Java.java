// Maven: org.apache.rocketmq:rocketmq-client-java
import java.time.Duration;
import java.util.Collections;
import org.apache.rocketmq.client.apis.*;
import org.apache.rocketmq.client.apis.consumer.*;
import org.apache.rocketmq.client.apis.message.*;
import org.apache.rocketmq.client.apis.producer.*;

class Java {
    public static void main(String[] args) throws Exception {
        ClientServiceProvider provider = ClientServiceProvider.loadService();
        ClientConfiguration client = ClientConfiguration.newBuilder()
            .setEndpoints("{{endpoint}}")
            .enableSsl(false) // plaintext; without this line, TLS with any certificate
            .build();

        try (Producer producer = provider.newProducerBuilder()
                .setClientConfiguration(client).setTopics("{{topic}}").build()) {
            Message message = provider.newMessageBuilder()
                .setTopic("{{topic}}").setTag("TagA").setBody("Hello".getBytes()).build();
            System.out.println("sent " + producer.send(message).getMessageId());
        }

        try (SimpleConsumer consumer = provider.newSimpleConsumerBuilder()
                .setClientConfiguration(client).setConsumerGroup("{{group}}")
                .setAwaitDuration(Duration.ofSeconds(10))
                .setSubscriptionExpressions(Collections.singletonMap("{{topic}}", FilterExpression.SUB_ALL))
                .build()) {
            for (MessageView message : consumer.receive(16, Duration.ofSeconds(15))) {
                byte[] body = new byte[message.getBody().remaining()];
                message.getBody().get(body);
                System.out.println("received " + new String(body));
                consumer.ack(message);
            }
        }
    }
}
