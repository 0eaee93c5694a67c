"""Reads expositions with PyPI's protobuf and prometheus_client and compares them, sample for sample.

usage: read_expositions.py metrics.proto FOLDER

FOLDER holds for each NAME the same registry as NAME.text, NAME.om, NAME.omc (OpenMetrics 1.0 without and with
_created), NAME.pb (delimited protobuf), NAME.lines (what libprotobuf-c read in NAME.pb), NAME.gz (NAME.text, gzipped).
Prints one line for each difference, then the number of registries and of samples. The form of the lines is explained
at ReadSample.swift.
"""

import gzip
import importlib
import math
import pathlib
import struct
import sys
import tempfile

from grpc_tools import protoc
from prometheus_client import parser as text_parser
from prometheus_client.openmetrics import parser as openmetrics_parser


def bits(value):
    value = float(value)
    return "nan" if math.isnan(value) else struct.pack(">d", value).hex()


def digits(text):
    return text.encode().hex()


def series(name, labels, bound=None):
    pairs = [f"{key}={digits(value)}" for key, value in labels.items()]
    if bound is not None:
        pairs.append(f"le={bits(bound)}")
    return f"{name}{{{','.join(sorted(pairs))}}}"


def sample_series(sample, histograms):
    labels = dict(sample.labels)
    bound = None
    if sample.name.endswith("_bucket") and sample.name[: -len("_bucket")] in histograms:
        bound = float(labels.pop("le"))
    return series(sample.name, labels, bound)


class ProtobufReader:
    """What is in delimited MetricFamily messages, as lines."""

    TYPES = {0: "counter", 1: "gauge", 4: "histogram"}

    def __init__(self, messages, data):
        self.lines = []
        self.histograms = set()
        # Histograms whose sum is no counter, which OpenMetrics 1.0 shows without sum and count.
        self.without_sum = set()
        position = 0
        while position < len(data):
            length, position = self.varint(data, position)
            if length > len(data) - position:
                raise ValueError("a message ends too early")
            family = messages.MetricFamily.FromString(data[position : position + length])
            position += length
            self.family(family)

    @staticmethod
    def varint(data, position):
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, position
            shift += 7

    def family(self, family):
        kind = self.TYPES[family.type]
        self.lines.append(f"F {family.name} {kind} {family.unit or '-'} {digits(family.help)}")
        for metric in family.metric:
            labels = {pair.name: pair.value for pair in metric.label}
            assert len(labels) == len(metric.label), "a label stands twice"
            if kind == "counter":
                key = series(family.name, labels)
                self.lines.append(f"S {key} {bits(metric.counter.value)}")
                if metric.counter.HasField("exemplar"):
                    self.exemplar(metric.counter.exemplar, key)
                self.created(metric.counter, series(family.name.removesuffix("_total"), labels))
            elif kind == "gauge":
                assert metric.HasField("gauge")
                self.lines.append(f"S {series(family.name, labels)} {bits(metric.gauge.value)}")
            else:
                self.histogram(metric.histogram, family.name, labels)

    def histogram(self, histogram, name, labels):
        self.histograms.add(name)
        previous = 0
        for bucket in histogram.bucket:
            key = series(name + "_bucket", labels, bucket.upper_bound)
            assert bucket.cumulative_count >= previous, f"{key} is below the bucket before it"
            previous = bucket.cumulative_count
            self.lines.append(f"S {key} {bits(bucket.cumulative_count)}")
            if bucket.HasField("exemplar"):
                self.exemplar(bucket.exemplar, key)
        key = series(name, labels)
        assert previous == histogram.sample_count, f"{key}: the buckets do not add up to the count"
        self.lines.append(f"S {series(name + '_sum', labels)} {bits(histogram.sample_sum)}")
        self.lines.append(f"S {series(name + '_count', labels)} {bits(histogram.sample_count)}")
        assert histogram.HasField("schema"), f"{key} is not native"
        positive = self.buckets(histogram.positive_span, histogram.positive_delta)
        negative = self.buckets(histogram.negative_span, histogram.negative_delta)
        native = histogram.zero_count + sum(count for _, count in positive + negative)
        assert native == histogram.sample_count, f"{key}: the native buckets do not add up to the count"
        self.lines.append(
            f"N {key} {histogram.sample_count} {bits(histogram.sample_sum)} {histogram.schema} "
            f"{bits(histogram.zero_threshold)} {histogram.zero_count} {self.shown(positive)} {self.shown(negative)}"
        )
        self.created(histogram, key)
        is_counter = not negative and histogram.sample_sum >= 0 and histogram.bucket[0].upper_bound >= 0
        if not is_counter:
            self.without_sum.add(key)

    @staticmethod
    def buckets(spans, deltas):
        buckets, index, count, rest = [], 0, 0, list(deltas)
        for number, span in enumerate(spans):
            assert number == 0 or span.offset >= 0, "a span goes back"
            index += span.offset
            for _ in range(span.length):
                count += rest.pop(0)
                assert count >= 0, "a bucket is below zero"
                buckets.append((index, count))
                index += 1
        assert not rest, "deltas without a span"
        return buckets

    @staticmethod
    def shown(buckets):
        return "[" + ",".join(f"{index}:{count}" for index, count in buckets if count) + "]"

    def exemplar(self, exemplar, key):
        labels = series("", {pair.name: pair.value for pair in exemplar.label})
        time = exemplar.timestamp.seconds * 1000 + exemplar.timestamp.nanos // 1_000_000
        self.lines.append(f"E {key} {labels} {bits(exemplar.value)} {time}")

    def created(self, message, key):
        time = message.created_timestamp
        self.lines.append(f"C {key} {time.seconds * 1000 + time.nanos // 1_000_000}")


def text_lines(document, reader):
    lines = []
    for family in text_parser.text_string_to_metric_families(document):
        for sample in family.samples:
            lines.append(f"S {sample_series(sample, reader.histograms)} {bits(sample.value)}")
    return lines


def openmetrics_lines(document, reader):
    lines = []
    for family in openmetrics_parser.text_string_to_metric_families(document):
        for sample in family.samples:
            if sample.name.endswith("_created"):
                key = series(sample.name.removesuffix("_created"), sample.labels)
                lines.append(f"C {key} {round(float(sample.value) * 1000)}")
                continue
            key = sample_series(sample, reader.histograms)
            lines.append(f"S {key} {bits(sample.value)}")
            if sample.exemplar:
                exemplar = sample.exemplar
                time = round(float(exemplar.timestamp) * 1000)
                lines.append(f"E {key} {series('', exemplar.labels)} {bits(exemplar.value)} {time}")
    return lines


def families(lines_of_families):
    return {line.split(" ")[1]: line.split(" ")[2:] for line in lines_of_families}


def metadata_differences(name, document, parse, reader, is_openmetrics):
    """Types, units and help texts of the text formats against those of the protobuf."""
    expected = families(line for line in reader.lines if line.startswith("F "))
    found = {}
    for family in parse(document):
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        if family.samples:
            found[family.name + suffix] = family
    for missing in expected.keys() ^ found.keys():
        yield f"{name}: the family {missing} is in one format only"
    for key, family in found.items():
        kind, unit, help_text = expected.get(key, (None, None, None))
        shown = {"info": "gauge", "stateset": "gauge"}.get(family.type, family.type)
        # The text parser strips its lines.
        same_help = help_text and bytes.fromhex(help_text).decode().strip() == family.documentation.strip()
        if shown != kind or not same_help:
            yield f"{name}: {key} has another type or help text"
        if is_openmetrics and family.unit != ("" if unit == "-" else unit):
            yield f"{name}: {key} has another unit"


def compare(name, what, found, expected):
    """One line for the first difference."""
    found, expected = sorted(found), sorted(expected)
    if found != expected:
        first = sorted(set(found) ^ set(expected))
        yield f"{name}: {what}: {len(first)} lines differ, first {first[0] if first else 'a line stands twice'}"


def differences(messages, folder, name):
    try:
        reader = ProtobufReader(messages, (folder / f"{name}.pb").read_bytes())
        own = (folder / f"{name}.lines").read_text().splitlines()
        if own != reader.lines:
            yield from compare(name, "libprotobuf-c against protobuf", own, reader.lines)
        samples = [line for line in reader.lines if line.startswith("S ")]
        keys = {line.split(" ")[1] for line in samples}
        if len(keys) != len(samples):
            yield f"{name}: a series stands twice"
        text = (folder / f"{name}.text").read_bytes().decode()
        yield from compare(name, "text against protobuf", text_lines(text, reader), samples)
        yield from metadata_differences(name, text, text_parser.text_string_to_metric_families, reader, False)
        sumless = {key.replace("{", suffix + "{", 1) for key in reader.without_sum for suffix in ("_sum", "_count")}
        strict = [line for line in samples if line.split(" ")[1] not in sumless]
        strict += [line for line in reader.lines if line.startswith("E ")]
        document = (folder / f"{name}.om").read_bytes().decode()
        yield from compare(name, "OpenMetrics against protobuf", openmetrics_lines(document, reader), strict)
        parse = openmetrics_parser.text_string_to_metric_families
        yield from metadata_differences(name, document, parse, reader, True)
        strict += [line for line in reader.lines if line.startswith("C ")]
        document = (folder / f"{name}.omc").read_bytes().decode()
        yield from compare(name, "OpenMetrics with _created", openmetrics_lines(document, reader), strict)
        if gzip.decompress((folder / f"{name}.gz").read_bytes()).decode() != text:
            yield f"{name}: gzip inflates to other bytes"
        differences.samples += len(samples)
    except Exception as error:
        yield f"{name}: {type(error).__name__}: {error}"


def main():
    proto, folder = map(pathlib.Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as generated:
        protoc.main(["protoc", f"--proto_path={proto.parent}", f"--python_out={generated}", proto.name])
        sys.path.insert(0, generated)
        messages = importlib.import_module(f"{proto.stem}_pb2")
        names = sorted(path.stem for path in folder.glob("*.pb"))
        differences.samples = 0
        for name in names:
            for line in differences(messages, folder, name):
                print(line)
        print(f"{len(names)} registries, {differences.samples} samples")


main()
