/**
 * Turns YAML text into Java records and reports every mistake with its line, column and an expectation. A record
 * component declares its key once, with {@link dev.sluice.binding.Key}; the binder, the JSON Schema and the printed
 * configuration all read that declaration.
 *
 * <p>Used by {@code catalog} for the built-in tables and by {@code config} for the operator's file. It depends on
 * neither.
 */
package dev.sluice.binding;
