package dev.sluice.model;

import java.util.List;

/**
 * A client's request as received, with the few facts that Sluice needs. The bytes of the body are never modified;
 * bodies for providers are made from them by replacing spans.
 *
 * @param surface the requested operation
 * @param body the complete body as sent: JSON, or a multipart form where the surface accepts one
 * @param model the model as the client named it, valid by {@link ModelName}; empty where the surface has none
 * @param stream whether the client wants server-sent events
 * @param wantsUsage whether the client asked for usage in the stream ({@code stream_options.include_usage})
 * @param members the top-level members of a JSON body in their order; for a form, the fields that Sluice needs
 * @param relay how it is forwarded without parsing, or null for a parsed request
 */
public record ClientRequest(
        Surface surface,
        ByteSlice body,
        String model,
        boolean stream,
        boolean wantsUsage,
        List<Member> members,
        Relay relay) {

    /** A parsed request. */
    public ClientRequest(
            Surface surface, ByteSlice body, String model, boolean stream, boolean wantsUsage, List<Member> members) {
        this(surface, body, model, stream, wantsUsage, members, null);
    }

    /** A request that is forwarded without parsing; the body is empty when it is an upload. */
    public static ClientRequest relayed(Surface surface, String model, ByteSlice body, Relay relay) {
        return new ClientRequest(surface, body, model, false, true, List.of(), relay);
    }

    /** A form with files. */
    public static ClientRequest form(Surface surface, String model, String contentType, Upload upload) {
        return relayed(surface, model, ByteSlice.EMPTY, new Relay("POST", "", contentType, upload, false));
    }

    /**
     * One top-level member, as positions in {@code body.array()}. A field of a form has no key: both positions are
     * those of its value.
     *
     * @param name the unescaped key
     * @param keyStart position of the key's opening quote
     * @param keyEnd position after the key's closing quote
     * @param valueStart position of the value's first byte
     * @param valueEnd position after the value's last byte
     * @param typed false when the value holds only texts, so that no object in it has a type; in a form, whether it is
     *     a file
     * @param namesFiles false when no object in the value names a file at the provider
     */
    public record Member(
            String name, int keyStart, int keyEnd, int valueStart, int valueEnd, boolean typed, boolean namesFiles) {

        /** A member whose value was not scanned. */
        public Member(String name, int keyStart, int keyEnd, int valueStart, int valueEnd) {
            this(name, keyStart, keyEnd, valueStart, valueEnd, true, true);
        }
    }

    /** Whether providers bill nothing for it: counts of tokens, uploads, and reading what was made before. */
    public boolean isFree() {
        return switch (surface) {
            case COUNT_TOKENS, INPUT_TOKENS, GENERATE_COUNT, VIDEO, VIDEO_CONTENT -> true;
            case FILES -> relay.isRead() || relay.path().isEmpty();
            case BATCHES -> relay.isRead() || relay.path().endsWith("/cancel");
            default -> false;
        };
    }

    /**
     * What of the request cannot be counted, for messages; null when its cost can be: bodies that are not read, work
     * that the provider does later, and responses that never report usage.
     */
    public String uncounted() {
        return switch (surface) {
            case PASSTHROUGH, SPEECH, VIDEOS -> surface.path();
            case FILES, BATCHES -> isFree() ? null : surface.path();
            case TRANSCRIPTIONS, TRANSLATIONS -> reportsUsage() ? null : surface.path() + " as text or subtitles";
            case RESPONSES -> isLater() ? surface.path() + " in the background" : null;
            default -> null;
        };
    }

    /** Only transcripts in JSON have a member for their usage. */
    private boolean reportsUsage() {
        String format = relay == null || relay.upload() == null
                ? null
                : relay.upload().fields().get("response_format");
        return format == null || format.isEmpty() || format.endsWith("json");
    }

    /** Whether the provider responds before it has done the work, and thus without its usage. */
    private boolean isLater() {
        Member background = member("background");
        return background != null
                && body.array()[background.valueStart()] != 'f'
                && body.array()[background.valueStart()] != 'n';
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
