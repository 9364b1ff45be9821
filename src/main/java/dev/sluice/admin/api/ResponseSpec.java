package dev.sluice.admin.api;

/**
 * What an {@link Endpoint} answers when all is well. When it is not, all answer alike: {@link AdminErrors}.
 *
 * @param json the members of a JSON body
 * @param text the type of a text that may be asked for instead, or null
 */
public record ResponseSpec(int status, JsonShape json, String text) {

    public static ResponseSpec json(JsonShape shape) {
        return new ResponseSpec(200, shape, null);
    }

    /** Something that was not there before. */
    public static ResponseSpec made(JsonShape shape) {
        return new ResponseSpec(201, shape, null);
    }

    public static ResponseSpec json(JsonField... members) {
        return json(JsonShape.of(members));
    }

    public ResponseSpec or(String text) {
        return new ResponseSpec(status, json, text);
    }
}
