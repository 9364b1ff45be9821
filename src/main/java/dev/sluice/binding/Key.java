package dev.sluice.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one key of the config file, on its record component. Parser, JSON Schema and printed config all read it. The
 * key's name is the component's in snake case.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

    /** The description of the key, in one line; becomes the schema's description. */
    String value();

    /** The default as it would be written in YAML. Empty: no default, the component is null (or empty) when absent. */
    String or() default "";

    /** True when leaving the key out is an error. */
    boolean required() default false;

    /** Smallest value: a number, duration (ms) or size (bytes). */
    double min() default Double.NEGATIVE_INFINITY;

    /** Largest value, in the same units. */
    double max() default Double.POSITIVE_INFINITY;

    /** A regular expression that the whole scalar must match. */
    String pattern() default "";

    /**
     * The description of a valid value in error messages, where its type is not specific enough: {@code "an http or
     * https URL"}.
     */
    String expected() default "";

    /** The keys of this nested record are keys of the parent mapping. */
    boolean flat() default false;

    /** The key's name before it was renamed; still read for one release, with a warning. */
    String was() default "";

    /**
     * True when the keys of this nested record were keys of the parent mapping; they are still read there, as above.
     */
    boolean wasFlat() default false;
}
