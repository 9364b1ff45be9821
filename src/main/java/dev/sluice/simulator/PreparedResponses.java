package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Piece;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cache of rendered responses of model {@code fast}. They do not depend on the request: the prompt always counts
 * {@value #PROMPT_TOKENS} tokens, and a whole response has at most {@value #WHOLE_TOKENS}, so that it stays near 400
 * bytes.
 */
final class PreparedResponses {

    private static final int PROMPT_TOKENS = 9;
    private static final int WHOLE_TOKENS = 8;

    /** The most variants that are cached; tests use few, and any further one is rendered each time. */
    private static final int KEPT = 32;

    /** Responses with more tokens are not cached. */
    private static final int KEPT_TOKENS = 10_000;

    private final Map<Key, List<Piece>> streams = new ConcurrentHashMap<>();
    private final Map<Key, Buffer> wholes = new ConcurrentHashMap<>();

    private record Key(OpenAiShapes shape, String model, int tokens, boolean usage, Fault.Within fault) {}

    /** Whether the response of a request can be cached. */
    static boolean holds(SimulatorDirectives directives, Fault.Within fault) {
        return directives.model() == SimulatedModel.FAST
                && (fault instanceof Fault.None || fault == Fault.Oddity.JOINED)
                && directives.tokens() <= KEPT_TOKENS
                && directives.bytes() == 0;
    }

    Reply.Http reply(
            OpenAiShapes shape,
            SimulatedRequest request,
            SimulatorDirectives directives,
            Fault.Within fault,
            long delayMillis) {
        int most = request.stream() ? request.maxTokens() : Math.min(WHOLE_TOKENS, request.maxTokens());
        int tokens = Math.min(directives.tokens(), most);
        Key key = new Key(shape, request.model(), tokens, request.includeUsage(), fault);
        if (request.stream()) {
            List<Piece> pieces = streams.get(key);
            if (pieces == null) {
                pieces = new StreamScript(envelope(key), fault).pieces().toList();
                keep(streams, key, pieces);
            }
            return StreamScript.reply(delayMillis, directives.pacing(), pieces.iterator());
        }
        Buffer body = wholes.get(key);
        if (body == null) {
            body = Buffer.buffer(envelope(key).whole());
            keep(wholes, key, body);
        }
        return Reply.json(200, body, delayMillis);
    }

    private static Envelope envelope(Key key) {
        SimulatedRequest request =
                new SimulatedRequest(key.model(), "", PROMPT_TOKENS, Integer.MAX_VALUE, true, key.usage(), null, false);
        return Envelope.of(key.shape(), request, new SimulatedResponse.Text(key.tokens(), WordTokens::lorem, "stop"));
    }

    private static <V> void keep(Map<Key, V> kept, Key key, V value) {
        if (kept.size() >= KEPT) {
            kept.clear();
        }
        kept.put(key, value);
    }
}
