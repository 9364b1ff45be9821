package dev.sluice.observe;

import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import java.util.List;

/** Request contexts of ended exchanges. */
final class EndedExchanges {

    private static final long MILLI = 1_000_000;

    private EndedExchanges() {}

    /** A stream that took 812.5 ms, 810 of them at the provider. */
    static RequestContext streamed(String id) {
        RequestContext exchange = new RequestContext(id, 5 * MILLI, 1_764_000_000_000L);
        exchange.method = "POST";
        exchange.path = "/v1/chat/completions";
        exchange.surface = Surface.CHAT_COMPLETIONS;
        exchange.principal = new Principal("ci", "platform", List.of());
        exchange.model = "fast";
        exchange.route = "fast";
        exchange.provider = "openai";
        exchange.upstreamModel = "gpt-4o-mini";
        exchange.stream = true;
        exchange.attempts = 2;
        exchange.status = 200;
        exchange.usage = new Usage(12, 34, 5, 0, true);
        exchange.bytesIn = 300;
        exchange.bytesOut = 4000;
        exchange.firstTokenNanos = 205 * MILLI;
        exchange.upstreamNanos = 197 * MILLI + MILLI / 2;
        exchange.endNanos = 817 * MILLI + MILLI / 2;
        return exchange;
    }
}
