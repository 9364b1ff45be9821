package dev.sluice.bus;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.function.Function;

/**
 * Typed questions over Vert.x's event bus, delivered in this process only. One instance for each verticle instance.
 *
 * <p>A question carries its own promise, so that an answer needs neither a reply address nor a timer: the event bus's
 * reply machinery costs a registration and a timer for each request, and its default timeout of 30 s would strand long
 * answers. Whoever takes a question answers it by its deadline; a question nobody takes fails at once.
 */
public final class Bus {

    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setCodecName(LocalCodec.NAME);

    private final Vertx vertx;
    private final EventBus events;
    private final String loop;

    /** What travels: the question, where its answer goes, and on whose context the asker waits. */
    record Question(Object body, Promise<Object> answer) {}

    /** Call on the verticle's context. */
    public Bus(Vertx vertx) {
        this.vertx = vertx;
        this.events = vertx.eventBus();
        this.loop = loopOf((ContextInternal) vertx.getOrCreateContext());
    }

    /** Registers the codec; once for a Vert.x instance, before the first bus. */
    public static void prepare(Vertx vertx) {
        vertx.eventBus().registerCodec(new LocalCodec());
    }

    /** Asks, on this event loop's own consumer if there is one, else on any. */
    @SuppressWarnings("unchecked")
    public <Q, R> Future<R> ask(Address<Q, R> address, Q question) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Promise<Object> answer = context.promise();
        Question message = new Question(question, answer);
        producer(address.onLoop(loop).name())
                .write(message)
                .recover(noLocal -> producer(address.name()).write(message))
                .onFailure(nobody -> answer.tryFail(new GatewayException(
                        GatewayError.of(GatewayError.Kind.UNAVAILABLE, "nobody answers at " + address.name()))));
        return (Future<R>) answer.future();
    }

    /** Answers questions on this context until the registrations are ended. */
    public <Q, R> List<Registration> serve(Address<Q, R> address, Function<Q, Future<R>> service) {
        return List.of(
                consume(address.name(), service), consume(address.onLoop(loop).name(), service));
    }

    /** A running registration. */
    public interface Registration {
        Future<Void> end();
    }

    @SuppressWarnings("unchecked")
    private <Q, R> Registration consume(String address, Function<Q, Future<R>> service) {
        MessageConsumer<Question> consumer = events.localConsumer(address, message -> {
            Question question = message.body();
            Future<R> answer;
            try {
                answer = service.apply((Q) question.body());
            } catch (RuntimeException failure) {
                answer = Future.failedFuture(failure);
            }
            answer.onComplete(question.answer()::tryComplete, question.answer()::tryFail);
        });
        return consumer::unregister;
    }

    private MessageProducer<Question> producer(String address) {
        // Made for each question: it is no more than a name, and one kept for each generation would stay after its
        // provider.
        return events.sender(address, LOCAL);
    }

    private static String loopOf(ContextInternal context) {
        return Integer.toHexString(System.identityHashCode(context.nettyEventLoop()));
    }
}
