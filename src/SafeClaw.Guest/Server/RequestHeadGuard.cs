using System.Buffers;

namespace SafeClaw.Guest;

/// <summary>
/// Reads every request head before Kestrel's parser does and ends the input at the first byte that RFC 9112 does not allow or that two
/// parsers could read differently: line feeds without a carriage return, folded lines, white space before a colon, control and 8-bit
/// characters, any Transfer-Encoding or Upgrade, more than one Content-Length, and one that is not plain digits (Kestrel takes "+3").
/// Framing is then the guard's own: after a head come exactly Content-Length bytes of body, then the next head.
/// </summary>
/// <remarks>Kestrel, cut off inside a head, answers 400 and closes.</remarks>
internal sealed class RequestHeadGuard
{
    /// <summary>A longer name can be none of those that matter here; Kestrel bounds the head as a whole.</summary>
    private const int LongestNameOfInterest = 32;

    private const int MaxLengthDigits = 19; // below 2^63

    private readonly byte[] _name = new byte[LongestNameOfInterest];
    private State _state = State.RequestLine;
    private int _nameLength, _lengthDigits, _lineLength;
    private bool _isContentLength, _haveContentLength, _valueEnded;
    private long _body;

    private enum State { RequestLine, RequestLineFeed, HeaderStart, HeaderName, HeaderValue, HeaderFeed, LastFeed, Body, Refused }

    /// <summary>True once a byte was refused: nothing from it on may be parsed.</summary>
    public bool Refused => _state == State.Refused;

    /// <summary>Follows the bytes and returns how many of them are fit to be parsed; fewer than given means the rest is refused.</summary>
    public long Accept(ReadOnlySequence<byte> bytes)
    {
        var accepted = 0L;
        foreach (var segment in bytes)
        {
            var taken = Accept(segment.Span);
            accepted += taken;
            if (taken < segment.Length) break;
        }

        return accepted;
    }

    private int Accept(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length;)
        {
            if (_state == State.Refused) return i;
            if (_state == State.Body)
            {
                var part = (int)Math.Min(_body, bytes.Length - i);
                i += part;
                _body -= part;
                if (_body == 0) NextRequest();
                continue;
            }

            if (!Step(bytes[i]))
            {
                _state = State.Refused;
                return i;
            }

            i++;
        }

        return bytes.Length;
    }

    private bool Step(byte b)
    {
        switch (_state)
        {
            case State.RequestLine when b == '\r': _state = State.RequestLineFeed; return _lineLength > 0;
            case State.RequestLine: _lineLength = 1; return b is >= 0x20 and < 0x7F;
            case State.RequestLineFeed or State.HeaderFeed: _state = State.HeaderStart; return b == '\n';
            case State.HeaderStart when b == '\r': _state = State.LastFeed; return true;
            case State.HeaderStart: StartName(); return Name(b);
            case State.HeaderName when b == ':': return StartValue();
            case State.HeaderName: return Name(b);
            case State.HeaderValue when b == '\r': _state = State.HeaderFeed; return EndValue();
            case State.HeaderValue: return Value(b);
            case State.LastFeed: return b == '\n' && EndHead();
            default: return false;
        }
    }

    private void StartName()
    {
        _nameLength = 0;
        _state = State.HeaderName;
    }

    private bool Name(byte b)
    {
        if (!IsToken(b)) return false; // white space too: a folded line, or one before the colon
        if (_nameLength < LongestNameOfInterest) _name[_nameLength] = (byte)char.ToLowerInvariant((char)b);
        _nameLength++;
        return true;
    }

    private bool StartValue()
    {
        if (_nameLength == 0) return false;
        var name = _nameLength <= LongestNameOfInterest ? _name.AsSpan(0, _nameLength) : default;
        _isContentLength = name.SequenceEqual("content-length"u8);
        if (name.SequenceEqual("transfer-encoding"u8) || name.SequenceEqual("upgrade"u8) || name.SequenceEqual("x-content-length"u8)) return false;
        if (_isContentLength && _haveContentLength) return false;
        (_lengthDigits, _body, _valueEnded) = _isContentLength ? (0, 0, false) : (_lengthDigits, _body, false);
        _state = State.HeaderValue;
        return true;
    }

    private bool Value(byte b)
    {
        if (!_isContentLength) return b is (>= 0x20 and < 0x7F) or (byte)'\t';
        if (b == ' ')
        {
            _valueEnded = _lengthDigits > 0; // optional white space around the value (RFC 9110 §5.5)
            return true;
        }

        if (_valueEnded || !char.IsAsciiDigit((char)b) || ++_lengthDigits > MaxLengthDigits) return false;
        _body = unchecked((_body * 10) + (b - '0'));
        return _body >= 0;
    }

    private bool EndValue()
    {
        if (!_isContentLength) return true;
        _haveContentLength = true;
        return _lengthDigits > 0;
    }

    private bool EndHead()
    {
        _state = State.Body;
        if (_body == 0) NextRequest();
        return true;
    }

    private void NextRequest()
    {
        _state = State.RequestLine;
        _lineLength = 0;
        _haveContentLength = false;
        _body = 0;
    }

    /// <summary>tchar of RFC 9110 §5.6.2.</summary>
    private static bool IsToken(byte b) => Token.Contains(b);

    private static readonly SearchValues<byte> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
}
