using System.Globalization;

namespace SafeClaw.Assistant.Offline;

/// <summary>Decimal arithmetic by recursive descent: + - * / ^ % and parentheses, at most 200 characters and 32 levels.</summary>
internal ref struct Expression
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<char> _text;
    private int _at, _depth;

    private Expression(ReadOnlySpan<char> text) => _text = text;

    /// <exception cref="DivideByZeroException">As it says.</exception>
    /// <exception cref="OverflowException">Beyond 28 digits.</exception>
    public static bool TryEvaluate(ReadOnlySpan<char> text, out decimal value)
    {
        var parser = new Expression(text);
        return parser.TrySum(out value) && parser.AtEnd();
    }

    private bool TrySum(out decimal value)
    {
        if (!TryProduct(out value)) return false;
        while (Next() is '+' or '-')
        {
            var minus = _text[_at++] == '-';
            if (!TryProduct(out var right)) return false;
            value = minus ? value - right : value + right;
        }

        return true;
    }

    private bool TryProduct(out decimal value)
    {
        if (!TryPower(out value)) return false;
        while (Next() is '*' or '/')
        {
            var divide = _text[_at++] == '/';
            if (!TryPower(out var right)) return false;
            value = divide ? value / right : value * right;
        }

        return true;
    }

    private bool TryPower(out decimal value)
    {
        if (!TrySigned(out value)) return false;
        if (Next() != '^') return true;
        _at++;
        if (++_depth > MaxDepth || !TryPower(out var exponent) || exponent != decimal.Truncate(exponent) || Math.Abs(exponent) > 1_000) return false;
        _depth--;
        value = Power(value, (int)exponent);
        return true;
    }

    private bool TrySigned(out decimal value)
    {
        if (Next() is not ('-' or '+')) return TryAtom(out value);
        var minus = _text[_at++] == '-';
        value = 0;
        if (++_depth > MaxDepth || !TrySigned(out value)) return false;
        _depth--;
        if (minus) value = -value;
        return true;
    }

    private bool TryAtom(out decimal value)
    {
        value = 0;
        if (Next() == '(')
        {
            _at++;
            if (++_depth > MaxDepth || !TrySum(out value) || Next() != ')') return false;
            _at++;
            _depth--;
        }
        else if (!TryNumber(out value)) return false;

        while (Next() == '%') { _at++; value /= 100; }
        return true;
    }

    private bool TryNumber(out decimal value)
    {
        Next();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '.' or ',')) _at++;
        return decimal.TryParse(_text[start.._at], NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out value);
    }

    private static decimal Power(decimal number, int exponent)
    {
        if (exponent < 0) return 1 / Power(number, -exponent);
        var result = 1m;
        for (var i = 0; i < exponent; i++) result *= number;
        return result;
    }

    private char Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private bool AtEnd() => Next() == '\0' && _at == _text.Length;
}
