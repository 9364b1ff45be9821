package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.JsonScanner;
import java.util.ArrayList;
import java.util.List;

/**
 * The routing options of one request: the body's member {@code sluice}, which SDKs allow as an extra parameter. No
 * provider knows it, so it is removed before the body is processed further.
 *
 * @param strategy null when absent
 * @param only null when absent
 * @param fallbacks null when absent
 * @param session null when absent
 */
public record SluiceMember(String strategy, List<String> only, List<String> fallbacks, String session) {

    public static final String NAME = "sluice";

    /**
     * @return null when the request has none
     * @throws GatewayException with {@code INVALID_REQUEST}, naming the invalid member
     */
    public static SluiceMember of(ClientRequest request) {
        Member member = request.member(NAME);
        if (member == null || request.relay() != null) {
            return null;
        }
        byte[] bytes = request.body().array();
        if (bytes[member.valueStart()] != '{') {
            throw wrongType("", "an object");
        }
        JsonScanner json = new JsonScanner().reset(bytes, member.valueStart(), member.valueEnd());
        String strategy = null;
        List<String> only = null;
        List<String> fallbacks = null;
        String session = null;
        json.enter();
        while (json.more()) {
            switch (json.name()) {
                case "strategy" -> strategy = text(json, bytes, ".strategy");
                case "only" -> only = texts(json, bytes, ".only");
                case "fallbacks" -> fallbacks = texts(json, bytes, ".fallbacks");
                case "session" -> session = text(json, bytes, ".session");
                default ->
                    throw new GatewayException(GatewayError.invalid(
                            "'sluice' has an unknown member (expected: strategy, only, fallbacks," + " session).",
                            NAME,
                            "unknown_parameter"));
            }
        }
        return new SluiceMember(strategy, only, fallbacks, session);
    }

    /** Returns the request without the member; the same instance when it has none. */
    public static ClientRequest without(ClientRequest request) {
        Member member = request.member(NAME);
        if (member == null || request.relay() != null) {
            return request;
        }
        List<Member> members = request.members();
        int at = members.indexOf(member);
        boolean last = at == members.size() - 1;
        int from = last && at > 0 ? members.get(at - 1).valueEnd() : member.keyStart();
        int to = last ? member.valueEnd() : members.get(at + 1).keyStart();
        ByteSlice body = request.body();
        ByteSlice cut = body.replaced(from, to, ByteSlice.EMPTY);
        List<Member> left = new ArrayList<>(members.size() - 1);
        for (int i = 0; i < members.size(); i++) {
            if (i != at) {
                left.add(moved(members.get(i), body.offset() + (i > at ? to - from : 0)));
            }
        }
        return new ClientRequest(
                request.surface(), cut, request.model(), request.stream(), request.wantsUsage(), left, request.relay());
    }

    private static Member moved(Member member, int by) {
        return new Member(
                member.name(),
                member.keyStart() - by,
                member.keyEnd() - by,
                member.valueStart() - by,
                member.valueEnd() - by,
                member.typed(),
                member.namesFiles());
    }

    private static String text(JsonScanner json, byte[] bytes, String path) {
        if (json.peek() != '"') {
            throw wrongType(path, "a string");
        }
        int start = json.position();
        json.skip();
        return JsonScanner.text(bytes, start, json.position());
    }

    private static List<String> texts(JsonScanner json, byte[] bytes, String path) {
        if (json.peek() != '[') {
            throw wrongType(path, "an array of strings");
        }
        List<String> texts = new ArrayList<>();
        json.enter();
        while (json.more()) {
            texts.add(text(json, bytes, path + "[" + texts.size() + "]"));
        }
        return texts;
    }

    private static GatewayException wrongType(String path, String expected) {
        return RequestErrors.wrongType(NAME + path, expected);
    }
}
