package dev.sluice.protocol.media;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Surface;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.JsonText;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.request.RequestReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.UnaryOperator;

/**
 * The id of a video as clients see it: {@code video_} and characters of {@code [A-Za-z0-9_-]}. It contains the
 * provider, the model and the provider's own id, so that every instance can request the video without storing anything.
 *
 * <p>It grants no access. The data plane authenticates ids and binds them to their owner; requests with an id are
 * authorized by the caller's key for that model, too. A link in it is returned to the caller, never fetched.
 *
 * @param provider the provider's name in the configuration
 * @param model the model as the client named it in the request for the video
 * @param created seconds since 1970, 0 when unknown
 * @param link whether {@code value} is the URL of the finished video; otherwise it is the provider's id
 */
public record VideoId(String provider, String model, long created, boolean link, String value) {

    /** Characters. Fits into a request line; signed links have about 2,000 characters. */
    static final int MAX_LENGTH = 4_000;

    private static final String PREFIX = "video_";
    private static final byte[] ID = "id".getBytes(StandardCharsets.UTF_8);

    /** A video that the provider identifies by an id. */
    public static VideoId of(String provider, String model, String id) {
        return new VideoId(provider, model, 0, false, id);
    }

    /** A finished video at a URL. */
    static VideoId finished(String provider, String model, long created, String url) {
        return new VideoId(provider, model, created, true, url);
    }

    /**
     * @throws GatewayException with {@code UPSTREAM} when it would be too long, or has characters that no id or link
     *     has
     */
    public String encode() {
        if (!isVisibleAscii(value)) {
            throw UpstreamErrors.malformedResponse("a video id with unusual characters");
        }
        String content = (link ? "u" : "i") + "\n" + provider + "\n" + model + "\n" + created + "\n" + value;
        String encoded = PREFIX
                + Base64.getUrlEncoder().withoutPadding().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        if (encoded.length() > MAX_LENGTH) {
            throw UpstreamErrors.malformedResponse("the provider's " + (link ? "link to" : "id of") + " the video is "
                    + value.length() + " characters long, too long for the id of a video (expected: at most "
                    + MAX_LENGTH + " once encoded)");
        }
        return encoded;
    }

    /** @throws GatewayException with {@code NOT_FOUND} when it is not an id made by Sluice */
    public static VideoId decode(String text) {
        if (text.length() > MAX_LENGTH || !text.startsWith(PREFIX)) {
            throw notFound();
        }
        String[] parts = content(text.substring(PREFIX.length())).split("\n", -1);
        boolean valid = parts.length == 5
                && (parts[0].equals("u") || parts[0].equals("i"))
                && parts[1].matches("[a-z0-9][a-z0-9_-]{0,63}")
                && ModelName.isValid(parts[2])
                && parts[3].matches("0|[1-9][0-9]{0,11}")
                && isVisibleAscii(parts[4]);
        if (!valid) {
            throw notFound();
        }
        VideoId id = new VideoId(parts[1], parts[2], Long.parseLong(parts[3]), parts[0].equals("u"), parts[4]);
        if (id.link && !isLink(id.value) || !id.encode().equals(text)) {
            throw notFound();
        }
        return id;
    }

    /** The request for {@code VIDEO} or {@code VIDEO_CONTENT}. Only for ids that are not a {@link #link}. */
    public ClientRequest request(Surface surface) {
        String body = "{\"model\":" + JsonText.quote(model) + ",\"id\":" + JsonText.quote(value) + "}";
        return new RequestReader(surface, ByteSlice.of(body)).read();
    }

    /** The response to a poll when the id is a {@link #link}: such a video was finished when its id was made. */
    public ByteSlice completed() {
        return Json.bytes(Videos.video(this, Videos.COMPLETED, 100));
    }

    /** The provider's id in a request made by {@link #request}. */
    static String upstreamId(ClientRequest request) {
        ClientRequest.Member id = request.member("id");
        return JsonScanner.text(request.body().array(), id.valueStart(), id.valueEnd());
    }

    /** Returns the response with Sluice's id in place of the provider's; all other bytes are unchanged. */
    public static ByteSlice replaceId(ByteSlice response, String provider, String model) {
        return replaceId(response, id -> of(provider, model, id).encode());
    }

    /** Returns the response with another id; all other bytes are unchanged. */
    public static ByteSlice replaceId(ByteSlice response, UnaryOperator<String> replacement) {
        JsonScanner json = new JsonScanner().reset(response);
        try {
            json.enter();
            while (json.more()) {
                boolean found = json.nameIs(ID) && json.peek() == '"';
                json.peek();
                int start = json.position();
                json.skip();
                if (found) {
                    String providerId = JsonScanner.text(response.array(), start, json.position());
                    String sluiceId = JsonText.quote(replacement.apply(providerId));
                    return response.replaced(start, json.position(), ByteSlice.of(sluiceId));
                }
            }
        } catch (MalformedJson malformed) {
            throw UpstreamErrors.malformedResponse("a body that " + malformed.getMessage());
        }
        throw UpstreamErrors.malformedResponse("no id of the video");
    }

    /** Whether the text is an HTTP URL that is safe as a header. */
    static boolean isLink(String text) {
        return text != null && (text.startsWith("https://") || text.startsWith("http://")) && isVisibleAscii(text);
    }

    /** Whether the text is visible ASCII only, which is safe in headers and paths. */
    private static boolean isVisibleAscii(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static String content(String encoded) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(encoded);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException garbled) {
            throw notFound();
        }
    }

    private static GatewayException notFound() {
        return new GatewayException(
                GatewayError.of(Kind.NOT_FOUND, "no such video (expected: an id returned by POST /v1/videos)")
                        .withParam("video_id")
                        .withCode("video_not_found"));
    }
}
