package dev.sluice.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one key of the config file, on its record component: for parser, JSON Schema and printed config alike. The
 * key's name is the component's in snake case.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

    /** One line for people; becomes the schema's description. */
    String value();

    /** The default as it would be written in YAML. Empty: no default, the component is null (or empty) when absent. */
    String or() default "";

    /** True when leaving the key out is an error. */
    boolean required() default false;

    /** Smallest value: a number, duration (ms) or size (bytes). */
    double min() default Double.NEGATIVE_INFINITY;

    /** Largest value, in the same units. */
    double max() default Double.POSITIVE_INFINITY;

    /** A regular expression the whole scalar must match, and what to call it in an error. */
    String pattern() default "";

    /** What a value is called in an error message, when its type says too little: {@code "an http or https URL"}. */
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
