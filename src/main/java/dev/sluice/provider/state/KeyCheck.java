package dev.sluice.provider.state;

import dev.sluice.model.GatewayError;
import io.vertx.core.Future;

/** Finds out whether a provider accepts an API key: with a request of Sluice's own, which costs nothing. */
@FunctionalInterface
public interface KeyCheck {

    /** Never fails. */
    Future<Result> check(String secret);

    /** The result of a check. */
    sealed interface Result {

        record Accepted() implements Result {}

        /** @param error about the key, without secrets and without words of any client */
        record Rejected(GatewayError error) implements Result {}

        /** The response says nothing about the key, or there was none. */
        record Unknown() implements Result {}
    }
}
