package dev.sluice.protocol;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.JsonScanner;

/** The session that a conversation belongs to, as the client names it: a key of the prompt cache, or a user. */
record ClientSession(ClientRequest request) {

    /** Null when the client names none. */
    String id() {
        String key = text("prompt_cache_key");
        if (key == null) {
            key = text("user");
        }
        return key == null ? userId() : key;
    }

    /** Anthropic's name of the user member, which Claude Code fills with its session. */
    private String userId() {
        Member metadata = request.surface() == Surface.MESSAGES ? request.member("metadata") : null;
        if (metadata == null || bytes()[metadata.valueStart()] != '{') {
            return null;
        }
        JsonScanner json = new JsonScanner().reset(bytes(), metadata.valueStart(), metadata.valueEnd());
        json.enter();
        while (json.more()) {
            boolean found = json.name().equals("user_id") && json.peek() == '"';
            json.peek();
            int start = json.position();
            json.skip();
            if (found) {
                return JsonScanner.text(bytes(), start, json.position());
            }
        }
        return null;
    }

    private String text(String name) {
        Member member = request.member(name);
        boolean present =
                member != null && bytes()[member.valueStart()] == '"' && member.valueEnd() > member.valueStart() + 2;
        return present ? JsonScanner.text(bytes(), member.valueStart(), member.valueEnd()) : null;
    }

    private byte[] bytes() {
        return request.body().array();
    }
}
