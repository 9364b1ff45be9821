package dev.sluice.bus;

/**
 * A place on the bus that takes questions of one type and gives answers of another.
 *
 * @param <Q> the question
 * @param <R> the answer
 */
public record Address<Q, R>(String name) {

    private static final String PROVIDER = "sluice.provider.";

    /**
     * Where one generation of a provider takes calls. A generation is one deployment: a replaced provider keeps
     * answering at its old address until nobody calls it any more.
     */
    public static Address<ProviderCall, ProviderReply> provider(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation);
    }

    /** Where the same deployment takes checks. */
    public static Address<HealthCheckQuery, HealthCheckQuery.Result> check(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation + ".check");
    }

    /** Where the same deployment tells the provider's models. */
    public static Address<ModelListQuery, ModelListQuery.Result> models(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation + ".models");
    }

    /** Where the same deployment opens WebSockets. */
    public static Address<SocketCall, SocketReply> socket(String provider, long generation) {
        return new Address<>(PROVIDER + provider + "." + generation + ".socket");
    }

    /** The same place, but only the consumer on one event loop: calls to it change no thread. */
    Address<Q, R> onLoop(String loop) {
        return new Address<>(name + "@" + loop);
    }
}
