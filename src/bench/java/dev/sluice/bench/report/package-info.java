/** The results and their output: a table on the terminal, JSON, and an HTML file with plots. */
package dev.sluice.bench.report;
