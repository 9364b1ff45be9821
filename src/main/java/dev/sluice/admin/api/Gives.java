package dev.sluice.admin.api;

/**
 * What an {@link Endpoint} answers when all is well. When it is not, all answer alike: {@link AdminErrors}.
 *
 * @param json the members of a JSON body
 * @param text the type of a text that may be asked for instead, or null
 */
public record Gives(int status, Shape json, String text) {

    public static Gives json(Shape shape) {
        return new Gives(200, shape, null);
    }

    /** Something that was not there before. */
    public static Gives made(Shape shape) {
        return new Gives(201, shape, null);
    }

    public static Gives json(Field... members) {
        return json(Shape.of(members));
    }

    public Gives or(String text) {
        return new Gives(status, json, text);
    }
}
