// Maven: org.apache.rocketmq:rocketmq-client
import org.apache.rocketmq.client.producer.*;
import org.apache.rocketmq.common.message.Message;

class Java {
    public static void main(String[] args) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("{{group}}");
        producer.setNamesrvAddr("{{endpoint}}");
        producer.start();
        SendResult result = producer.send(new Message("{{topic}}", "TagA", "Hello".getBytes()));
        System.out.println("sent " + result.getMsgId());
        producer.shutdown();
    }
}
