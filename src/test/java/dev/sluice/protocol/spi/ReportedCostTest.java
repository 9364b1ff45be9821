package dev.sluice.protocol.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cost in a usage object, in every form that providers use. */
class ReportedCostTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"cost":0.0125}                                    | 12500000
        {"cost":0}                                         | 0
        {"cost":{"total_cost":0.5,"currency":"USD"}}       | 500000000
        {"cost":{"total_cost":0.5}}                        | 500000000
        {"cost_in_usd_ticks":37756000}                     | 3775600
        {"cost_in_usd_ticks":0,"cost":1}                   | 0
        {"cost":0.0000000014}                              | 1
        {"cost":0.0000000015}                              | 2
        {"cost":1e-999999}                                 | 0
        {"cost":1000000}                                   | 1000000000000000
        """)
    void costsAreNanoDollarsRoundedToTheNearest(String usage, long nanos) {
        assertThat(ReportedCost.nanoUsd(Json.readOrNull(usage))).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}
        {"cost":"0.5"}
        {"cost":null}
        {"cost":{"total_cost":0.5,"currency":"EUR"}}
        {"cost":{"input_tokens_cost":0.5}}
        """)
    void costsThatAreMissingAreNotReported(String usage) {
        assertThat(ReportedCost.nanoUsd(Json.readOrNull(usage))).isEqualTo(Usage.NO_COST);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"cost":-0.01}
        {"cost":1000000.01}
        {"cost":1e999999}
        {"cost":-1e999999}
        {"cost":{"total_cost":-1}}
        {"cost_in_usd_ticks":-5}
        {"cost_in_usd_ticks":10000000000000010}
        {"cost_in_usd_ticks":100000000000000000000000}
        """)
    void impossibleCostsAreReportedAsImpossible(String usage) {
        assertThat(ReportedCost.nanoUsd(Json.readOrNull(usage))).isEqualTo(Usage.MAX_COST);
    }
}
