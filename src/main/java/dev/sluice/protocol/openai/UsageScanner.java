package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.ReportedCost;
import java.nio.charset.StandardCharsets;

/**
 * Reads a {@code usage} object with the member names of any OpenAI-compatible provider. Members that are absent, null
 * or not a number (Blackbox writes {@code "None"}) count as not reported.
 */
public final class UsageScanner {

    private static final byte[] PROMPT = bytes("prompt_tokens");
    private static final byte[] COMPLETION = bytes("completion_tokens");
    private static final byte[] PROMPT_DETAILS = bytes("prompt_tokens_details");
    private static final byte[] COMPLETION_DETAILS = bytes("completion_tokens_details");
    private static final byte[] CACHED = bytes("cached_tokens");
    private static final byte[] CACHE_WRITE = bytes("cache_write_tokens");
    private static final byte[] REASONING = bytes("reasoning_tokens");
    private static final byte[] AUDIO = bytes("audio_tokens");
    private static final byte[] IMAGE = bytes("image_tokens");
    /** OpenRouter and Perplexity. */
    private static final byte[] COST = bytes("cost");
    /** xAI. */
    private static final byte[] COST_TICKS = bytes("cost_in_usd_ticks");
    /** DeepSeek. */
    private static final byte[] CACHE_HIT = bytes("prompt_cache_hit_tokens");
    /** Mistral. */
    private static final byte[] NUM_CACHED = bytes("num_cached_tokens");

    private final JsonScanner json;
    private final byte[] array;
    private long prompt = -1;
    private long completion = -1;
    private long cached = -1;
    private long written;
    private long reasoning = -1;
    private long audioIn;
    private long audioOut;
    private long imageIn;
    private long imageOut;
    private boolean costly;

    private UsageScanner(JsonScanner json, byte[] array) {
        this.json = json;
        this.array = array;
    }

    /**
     * Reads the current object and moves past it.
     *
     * @return null when it reports neither prompt nor completion tokens
     */
    public static Usage read(JsonScanner json, byte[] array, boolean reasoningOutside) {
        return new UsageScanner(json, array).read(reasoningOutside);
    }

    private Usage read(boolean reasoningOutside) {
        json.peek();
        int start = json.position();
        json.enter();
        while (json.more()) {
            if (json.nameIs(PROMPT)) {
                prompt = count();
            } else if (json.nameIs(COMPLETION)) {
                completion = count();
            } else if (json.nameIs(PROMPT_DETAILS)) {
                promptDetails();
            } else if (json.nameIs(COMPLETION_DETAILS)) {
                completionDetails();
            } else if (json.nameIs(CACHE_HIT) || json.nameIs(NUM_CACHED)) {
                cached = Math.max(cached, count());
            } else {
                costly |= json.nameIs(COST) || json.nameIs(COST_TICKS);
                json.skip();
            }
        }
        if (prompt < 0 && completion < 0) {
            return null;
        }
        long outside = reasoningOutside ? Math.max(0, reasoning) : 0;
        return new Usage(
                Math.max(0, prompt),
                Math.max(0, completion) + outside,
                Math.max(0, cached),
                Math.max(0, written),
                Math.max(0, reasoning),
                costly ? cost(new ByteSlice(array, start, json.position() - start)) : Usage.NO_COST,
                true,
                UsageDetails.NONE.withAudio(audioIn, 0, audioOut).withImages(imageIn, 0, imageOut));
    }

    private void promptDetails() {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(CACHED)) {
                cached = Math.max(cached, count());
            } else if (json.nameIs(CACHE_WRITE)) {
                written = count();
            } else if (json.nameIs(AUDIO)) {
                audioIn = count();
            } else if (json.nameIs(IMAGE)) {
                imageIn = count();
            } else {
                json.skip();
            }
        }
    }

    private void completionDetails() {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(REASONING)) {
                reasoning = count();
            } else if (json.nameIs(AUDIO)) {
                audioOut = count();
            } else if (json.nameIs(IMAGE)) {
                imageOut = count();
            } else {
                json.skip();
            }
        }
    }

    /** The bytes have been validated, except that members may be duplicate. */
    private static long cost(ByteSlice usage) {
        try {
            return ReportedCost.nanoUsd(Json.read(usage));
        } catch (MalformedJson duplicateMember) {
            return Usage.NO_COST;
        }
    }

    private long count() {
        return count(json, array);
    }

    /**
     * Reads the current number of tokens and moves past it; {@link Usage#MAX_TOKENS}, which no attempt can have used,
     * when it is negative or larger; -1 when it is not a number.
     */
    public static long count(JsonScanner json, byte[] array) {
        byte type = json.peek();
        int start = json.position();
        json.skip();
        if (type == '-') {
            return number(array, start, json.position()) < 0 ? Usage.MAX_TOKENS : 0;
        }
        if (type < '0' || type > '9') {
            return -1;
        }
        long count = 0;
        for (int i = start; i < json.position(); i++) {
            if (array[i] < '0' || array[i] > '9') {
                return (long) Math.min(Usage.MAX_TOKENS, number(array, start, json.position()));
            }
            count = Math.min(Usage.MAX_TOKENS, 10 * count + array[i] - '0');
        }
        return count;
    }

    private static double number(byte[] array, int start, int end) {
        return Double.parseDouble(new String(array, start, end - start, StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
