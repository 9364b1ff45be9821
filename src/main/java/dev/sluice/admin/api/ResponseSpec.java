package dev.sluice.admin.api;

/**
 * The successful response of an {@link Endpoint}. Errors are the same for all: {@link AdminErrors}.
 *
 * @param json the members of a JSON body
 * @param text content type of a text that may be requested instead, or null
 */
public record ResponseSpec(int status, JsonShape json, String text) {

    public static ResponseSpec json(JsonShape shape) {
        return new ResponseSpec(200, shape, null);
    }

    /** Status 201. */
    public static ResponseSpec created(JsonShape shape) {
        return new ResponseSpec(201, shape, null);
    }

    public static ResponseSpec json(JsonField... members) {
        return json(JsonShape.of(members));
    }

    public ResponseSpec or(String text) {
        return new ResponseSpec(status, json, text);
    }
}
