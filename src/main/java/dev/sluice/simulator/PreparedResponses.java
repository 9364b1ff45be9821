package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Piece;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cache of rendered responses of model {@code fast}. They do not depend on the request: the prompt always counts
 * {@value #PROMPT_TOKENS} tokens, and a response that is not streamed has at most {@value #MAX_BODY_TOKENS}, so that it
 * stays near 400 bytes.
 */
final class PreparedResponses {

    private static final int PROMPT_TOKENS = 9;
    private static final int MAX_BODY_TOKENS = 8;

    /** The most cached variants; when there are more, the cache is cleared. */
    private static final int MAX_ENTRIES = 32;

    /** Responses with more tokens are not cached. */
    private static final int MAX_TOKENS = 10_000;

    private final Map<Key, List<Piece>> streams = new ConcurrentHashMap<>();
    private final Map<Key, Buffer> bodies = new ConcurrentHashMap<>();

    private record Key(OpenAiShapes shape, String model, int tokens, boolean usage, Fault.Within fault) {}

    /** Whether the response of a request can be cached. */
    static boolean canCache(SimulatorDirectives directives, Fault.Within fault) {
        return directives.model() == SimulatedModel.FAST
                && (fault instanceof Fault.None || fault == Fault.Oddity.JOINED)
                && directives.tokens() <= MAX_TOKENS
                && directives.bytes() == 0;
    }

    Reply.Http reply(
            OpenAiShapes shape,
            SimulatedRequest request,
            SimulatorDirectives directives,
            Fault.Within fault,
            long delayMillis) {
        int maxTokens = request.stream() ? request.maxTokens() : Math.min(MAX_BODY_TOKENS, request.maxTokens());
        int tokens = Math.min(directives.tokens(), maxTokens);
        Key key = new Key(shape, request.model(), tokens, request.includeUsage(), fault);
        if (request.stream()) {
            List<Piece> pieces = streams.get(key);
            if (pieces == null) {
                pieces = new StreamScript(envelope(key), fault).pieces().toList();
                cache(streams, key, pieces);
            }
            return StreamScript.reply(delayMillis, directives.pacing(), pieces.iterator());
        }
        Buffer body = bodies.get(key);
        if (body == null) {
            body = Buffer.buffer(envelope(key).body());
            cache(bodies, key, body);
        }
        return Reply.json(200, body, delayMillis);
    }

    private static Envelope envelope(Key key) {
        SimulatedRequest request =
                new SimulatedRequest(key.model(), "", PROMPT_TOKENS, Integer.MAX_VALUE, true, key.usage(), null, false);
        return Envelope.of(key.shape(), request, new SimulatedResponse.Text(key.tokens(), WordTokens::lorem, "stop"));
    }

    private static <V> void cache(Map<Key, V> cached, Key key, V value) {
        if (cached.size() >= MAX_ENTRIES) {
            cached.clear();
        }
        cached.put(key, value);
    }
}
