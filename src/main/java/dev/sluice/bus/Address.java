package dev.sluice.bus;

/**
 * A typed address on the bus.
 *
 * @param <Q> the request
 * @param <R> the reply
 */
public record Address<Q, R>(String name) {

    private static final String PROVIDER = "sluice.provider.";

    /**
     * Calls of one generation of a provider. A generation is one deployment: a replaced provider keeps serving its old
     * address until its last call has ended.
     */
    public static Address<ProviderCall, ProviderReply> provider(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation);
    }

    /** Health checks by that deployment. */
    public static Address<HealthCheckQuery, HealthCheckQuery.Result> check(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation + ".check");
    }

    /** Queries for the model list by that deployment. */
    public static Address<ModelListQuery, ModelListQuery.Result> models(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation + ".models");
    }

    /** Requests for WebSockets to that deployment. */
    public static Address<SocketCall, SocketReply> socket(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation + ".socket");
    }

    /** The address of the consumer on one event loop: a call to it stays on that thread. */
    Address<Q, R> onLoop(String loop) {
        return new Address<>(name + "@" + loop);
    }
}
