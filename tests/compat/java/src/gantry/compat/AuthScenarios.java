package gantry.compat;

import static gantry.compat.ProducerScenarios.bytes;
import static gantry.compat.ProducerScenarios.received;
import static gantry.compat.ProducerScenarios.sent;

import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragely;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.remoting.RPCHook;

/** Against brokers that ask who it is; topic and user are there, and named by system properties. */
final class AuthScenarios {
    private AuthScenarios() {
    }

    static void signed(Target target, Report report) throws Exception {
        String topic = System.getProperty("auth.topic");
        String user = System.getProperty("auth.user");
        String secret = System.getProperty("auth.secret");
        String group = System.getProperty("auth.group");
        RPCHook keys = new AclClientRPCHook(new SessionCredentials(user, secret));
        DefaultMQPushConsumer consumer =
            new DefaultMQPushConsumer(group, keys, new AllocateMessageQueueAveragely());
        consumer.setNamesrvAddr(target.namesrv);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> received(report, message));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        send(target, report, "signed", new DefaultMQProducer("auth_signed", keys), topic);
        send(target, report, "unsigned", new DefaultMQProducer("auth_unsigned"), topic);
        RPCHook wrong = new AclClientRPCHook(new SessionCredentials(user, "wrong"));
        send(target, report, "wrong", new DefaultMQProducer("auth_wrong", wrong), topic);
        send(target, report, "elsewhere", new DefaultMQProducer("auth_elsewhere", keys), topic + "_other");
    }

    private static void send(Target target, Report report, String body, DefaultMQProducer producer, String topic)
        throws Exception {
        producer.setNamesrvAddr(target.namesrv);
        producer.setInstanceName(body);
        producer.start();
        try {
            sent(report, producer.send(new Message(topic, bytes(body))), body);
        } catch (MQClientException retried) {
            // Producers try a 16 at other brokers too.
            MQBrokerException refusal = (MQBrokerException) retried.getCause();
            report.line("refused", "body", body, "code", refusal.getResponseCode(), "text", refusal.getErrorMessage());
        } finally {
            producer.shutdown();
        }
    }
}
