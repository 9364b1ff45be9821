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
 * Typed requests and replies over Vert.x's event bus, within this process only. One instance per verticle instance.
 *
 * <p>A request carries its own promise, so that a reply needs neither a reply address nor a timer: the event bus's own
 * replies cost a registration and a timer for each request, and their default timeout of 30 s would cut long responses.
 * The consumer must reply by the request's deadline. A request without a consumer fails at once.
 */
public final class Bus {

    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setCodecName(LocalCodec.NAME);

    private final Vertx vertx;
    private final EventBus events;
    private final String loop;

    /** A message: the body, and the promise of its reply on the sender's context. */
    record Request(Object body, Promise<Object> reply) {}

    /** Call it on the verticle's context. */
    public Bus(Vertx vertx) {
        this.vertx = vertx;
        this.events = vertx.eventBus();
        this.loop = loopOf((ContextInternal) vertx.getOrCreateContext());
    }

    /** Registers the codec. Call it once per Vert.x instance, before the first bus. */
    public static void prepare(Vertx vertx) {
        vertx.eventBus().registerCodec(new LocalCodec());
    }

    /** Sends a request to the consumer on this event loop if there is one, else to any. */
    @SuppressWarnings("unchecked")
    public <Q, R> Future<R> request(Address<Q, R> address, Q body) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Promise<Object> reply = context.promise();
        Request message = new Request(body, reply);
        producer(address.onLoop(loop).name())
                .write(message)
                .recover(noLocal -> producer(address.name()).write(message))
                .onFailure(noConsumer -> reply.tryFail(new GatewayException(GatewayError.of(
                        GatewayError.Kind.UNAVAILABLE,
                        "the provider is not running: no consumer is registered at " + address.name()))));
        return (Future<R>) reply.future();
    }

    /** Serves requests on this context until the returned registrations are unregistered. */
    public <Q, R> List<Registration> serve(Address<Q, R> address, Function<Q, Future<R>> service) {
        return List.of(
                consume(address.name(), service), consume(address.onLoop(loop).name(), service));
    }

    /** The registration of a consumer. */
    public interface Registration {
        Future<Void> unregister();
    }

    @SuppressWarnings("unchecked")
    private <Q, R> Registration consume(String address, Function<Q, Future<R>> service) {
        MessageConsumer<Request> consumer = events.localConsumer(address, message -> {
            Request request = message.body();
            Future<R> reply;
            try {
                reply = service.apply((Q) request.body());
            } catch (RuntimeException failure) {
                reply = Future.failedFuture(failure);
            }
            reply.onComplete(request.reply()::tryComplete, request.reply()::tryFail);
        });
        return consumer::unregister;
    }

    private MessageProducer<Request> producer(String address) {
        // Created per request: a producer is little more than a name, and a cache would keep those of former
        // generations.
        return events.sender(address, LOCAL);
    }

    private static String loopOf(ContextInternal context) {
        return Integer.toHexString(System.identityHashCode(context.nettyEventLoop()));
    }
}
