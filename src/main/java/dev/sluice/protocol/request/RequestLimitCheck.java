package dev.sluice.protocol.request;

import dev.sluice.config.RequestLimits;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Checks a request against {@code server.request_limits}: the number of messages, tools, images and choices. */
public final class RequestLimitCheck {

    private static final Set<String> IMAGES = Set.of("image", "image_url", "input_image");
    private static final byte[] TYPE = "type".getBytes(StandardCharsets.UTF_8);

    private RequestLimitCheck() {}

    /**
     * Counts only what has a limit, because counting reads the body once more.
     *
     * @throws GatewayException with {@code INVALID_REQUEST}, naming the member
     */
    public static void check(ClientRequest request, RequestLimits requestLimits) {
        if (request.relay() != null) {
            return;
        }
        if (requestLimits.messages() > 0 || requestLimits.images() > 0) {
            checkConversation("messages", request, requestLimits);
            checkConversation("input", request, requestLimits);
            checkConversation("contents", request, requestLimits);
        }
        Member tools = requestLimits.tools() > 0 ? request.member("tools") : null;
        if (tools != null && isArray(request, tools)) {
            requireAtMost(requestLimits.tools(), items(request, tools), "tools", "tools");
        }
        boolean generate = request.surface() == Surface.GENERATE;
        Member choices = requestLimits.choices() == 0
                ? null
                : generate ? GenerationConfig.member(request, GenerationConfig.CANDIDATE_COUNT) : request.member("n");
        if (choices != null) {
            requireAtMost(requestLimits.choices(), number(request, choices), choices.name(), "choices");
        }
    }

    private static void checkConversation(String name, ClientRequest request, RequestLimits requestLimits) {
        Member member = request.member(name);
        if (member != null && isArray(request, member)) {
            requireAtMost(
                    requestLimits.messages(),
                    requestLimits.messages() == 0 ? 0 : items(request, member),
                    name,
                    "items");
            requireAtMost(
                    requestLimits.images(),
                    requestLimits.images() == 0
                                    || !member.typed() && !request.surface().modelInPath()
                            ? 0
                            : images(request, member),
                    name,
                    "images");
        }
    }

    private static void requireAtMost(int limit, long found, String member, String what) {
        if (limit > 0 && found > limit) {
            throw new GatewayException(GatewayError.invalid(
                    member + " requests " + found + " " + what + " (expected: at most " + limit + ")",
                    member,
                    "too_many_" + what));
        }
    }

    private static boolean isArray(ClientRequest request, Member member) {
        return request.body().array()[member.valueStart()] == '[';
    }

    private static JsonScanner scanner(ClientRequest request, Member member) {
        return new JsonScanner().reset(request.body().array(), member.valueStart(), member.valueEnd());
    }

    private static long items(ClientRequest request, Member member) {
        JsonScanner json = scanner(request, member);
        long items = 0;
        json.enter();
        while (json.more()) {
            json.skip();
            items++;
        }
        return items;
    }

    private static long images(ClientRequest request, Member member) {
        return images(scanner(request, member), request.body().array());
    }

    private static long images(JsonScanner json, byte[] bytes) {
        byte first = json.peek();
        if (first != '{' && first != '[') {
            json.skip();
            return 0;
        }
        long found = 0;
        json.enter();
        while (json.more()) {
            boolean type = first == '{' && json.nameIs(TYPE);
            boolean mime = first == '{' && !type && GenerationConfig.isNamed(json.name(), "mimeType");
            if ((type || mime) && json.peek() == '"') {
                int start = json.position();
                json.skip();
                String text = JsonScanner.text(bytes, start, json.position());
                found += type ? IMAGES.contains(text) ? 1 : 0 : text.startsWith("image/") ? 1 : 0;
            } else {
                found += images(json, bytes);
            }
        }
        return found;
    }

    /** Returns 0 for anything that no provider takes for a number, which the provider rejects itself. */
    private static long number(ClientRequest request, Member member) {
        return Json.wholeNumber(request.body().array(), member.valueStart(), member.valueEnd());
    }
}
