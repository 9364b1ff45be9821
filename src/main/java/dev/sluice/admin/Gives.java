package dev.sluice.admin;

/**
 * What an {@link Endpoint} answers when all is well. When it is not, all answer alike: {@link AdminErrors}.
 *
 * @param json the members of a JSON body
 * @param text the type of a text that may be asked for instead, or null
 */
record Gives(int status, Shape json, String text) {

    static Gives json(Shape shape) {
        return new Gives(200, shape, null);
    }

    /** Something that was not there before. */
    static Gives made(Shape shape) {
        return new Gives(201, shape, null);
    }

    static Gives json(Field... members) {
        return json(Shape.of(members));
    }

    Gives or(String text) {
        return new Gives(status, json, text);
    }
}
