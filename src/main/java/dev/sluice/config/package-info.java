/**
 * The YAML file as records. Each key is declared once, as an annotated record component; parser, JSON Schema, printed config
 * and reload diff all read that declaration. Knows nothing of verticles or HTTP.
 */
package dev.sluice.config;
