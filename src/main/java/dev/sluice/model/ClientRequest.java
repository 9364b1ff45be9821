package dev.sluice.model;

import java.util.List;

/**
 * A client's request as it came, with the few facts that Sluice acts on. The body's bytes stay untouched; upstream
 * bodies are made from them by replacing spans.
 *
 * @param surface what is asked for
 * @param body the whole body as sent: JSON, or a multipart form where the surface takes one
 * @param model the model as the client named it, valid by {@link ModelName}; empty where the surface has none
 * @param stream whether the client wants server-sent events
 * @param wantsUsage whether the client asked for usage in the stream ({@code stream_options.include_usage})
 * @param members the top-level members of a JSON body in their order; of a form, the fields that Sluice acts on
 * @param relay how it is passed on unread, or null for one that was read
 */
public record ClientRequest(
        Surface surface,
        ByteSlice body,
        String model,
        boolean stream,
        boolean wantsUsage,
        List<Member> members,
        Relay relay) {

    /** One that was read. */
    public ClientRequest(
            Surface surface, ByteSlice body, String model, boolean stream, boolean wantsUsage, List<Member> members) {
        this(surface, body, model, stream, wantsUsage, members, null);
    }

    /** One that is passed on unread; the body is empty when it is an upload. */
    public static ClientRequest relayed(Surface surface, String model, ByteSlice body, Relay relay) {
        return new ClientRequest(surface, body, model, false, true, List.of(), relay);
    }

    /** A form with files. */
    public static ClientRequest form(Surface surface, String model, String contentType, Upload upload) {
        return relayed(surface, model, ByteSlice.EMPTY, new Relay("POST", "", contentType, upload, false));
    }

    /**
     * One top-level member, as positions in {@code body.array()}. A field of a form has no key: its name stands where
     * its value does.
     *
     * @param name the unescaped key
     * @param keyStart position of the key's opening quote
     * @param keyEnd position after the key's closing quote
     * @param valueStart position of the value's first byte
     * @param valueEnd position after the value's last byte
     * @param typed whether an object in it may tell its kind; where none does there are no parts but text
     */
    public record Member(String name, int keyStart, int keyEnd, int valueStart, int valueEnd, boolean typed) {

        /** One that nobody looked into. */
        public Member(String name, int keyStart, int keyEnd, int valueStart, int valueEnd) {
            this(name, keyStart, keyEnd, valueStart, valueEnd, true);
        }
    }

    public Member member(String name) {
        for (Member member : members) {
            if (member.name().equals(name)) {
                return member;
            }
        }
        return null;
    }

    /** Never the body: it is a prompt. */
    @Override
    public String toString() {
        return surface.label() + " " + model + (stream ? " stream " : " whole ") + body;
    }
}
